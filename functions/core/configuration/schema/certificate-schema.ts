import * as z from 'zod';
import { CERTIFICATE_NAME, CERTIFICATE_NAMES_AT_MOST } from '../../actions/value-rules.ts';
import { absolutePath, fileOfService } from '../declared-names.ts';
import { hasImpossiblePart } from '../http-url.ts';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

const pemFile = fileOfService('/etc/nginx/tls/web.pem');

const NAME_EXPECTED = {
  error: 'a DNS name, such as orders.example.com or *.example.com, or an IPv4 address',
};

/** The host takes what has digits and dots only for an address, and openssl refuses one that is none. */
const canBeIssued = (name: string) => !/^[0-9.]+$/.test(name) || z.ipv4().safeParse(name).success;

const certificateName = z.string().check(
  z.regex(new RegExp(`^${CERTIFICATE_NAME}$`), NAME_EXPECTED),
  z.refine(canBeIssued, NAME_EXPECTED),
  z.refine((name) => !hasImpossiblePart(name), {
    error: 'a DNS name whose parts have 1 to 63 characters',
  }),
);

/** Where certbot keeps links to the newest pair of each certificate. */
const CERTBOT_DIRECTORY = '/etc/letsencrypt/live/';
const CERTBOT_KEY = /^\/etc\/letsencrypt\/live\/[^/]+\/privkey\.pem$/;

const ofSameCertificate = (keyFile: string, certificateFile: string) =>
  ['fullchain', 'cert'].some((part) => certificateFile === keyFile.replace(/privkey\.pem$/, `${part}.pem`));

/** A certificate that the component's `service` presents, and who issues it. */
export const certificate = z
  .strictObject({
    keyFile: pemFile.check(z.describe('The private key, in PEM format; not the file of the certificate.')),
    certificateFile: pemFile.check(z.describe('The certificate, in PEM format.')),
    names: z
      .array(certificateName)
      .min(1)
      .max(CERTIFICATE_NAMES_AT_MOST)
      .refine(isWithoutRepetition, NO_REPETITION)
      .describe('The DNS names and IPv4 addresses that it is for.'),
    validDays: z
      .int()
      .min(1)
      .max(825)
      .default(90)
      .describe('How long a new certificate is valid. With `certbot`, its authority decides.'),
    authority: z
      .strictObject({
        keyFile: absolutePath.check(z.describe('Its private key, on the host, without a passphrase.')),
        certificateFile: absolutePath.check(z.describe('Its certificate, on the host.')),
      })
      .optional()
      .describe('A certificate authority of your own that signs it. Default: self-signed.'),
    certbot: z
      .strictObject({
        renewalsPerWeek: z
          .int()
          .min(1)
          .max(100)
          .default(3)
          .describe(
            'How often it may be issued within 7 days, the renewals by certbot’s timer included. Let’s Encrypt refuses after 5; certificates that are valid for days need more at an authority that allows it.',
          ),
      })
      .optional()
      .describe(
        'certbot on the host renews it. `keyFile` and `certificateFile` are its `privkey.pem` and `fullchain.pem`.',
      ),
    port: z.int().min(1).max(65_535).default(443).describe('Where the service presents it, on 127.0.0.1.'),
  })
  .refine(({ keyFile, certificateFile }) => keyFile !== certificateFile, {
    path: ['keyFile'],
    error: 'a `keyFile` other than `certificateFile`: each is a file of its own',
  })
  .refine(({ certbot, authority }) => certbot === undefined || authority === undefined, {
    path: ['authority'],
    error: 'either `authority` or `certbot`: one of them issues the certificate',
  })
  .refine(({ certbot, keyFile }) => certbot === undefined || CERTBOT_KEY.test(keyFile), {
    path: ['keyFile'],
    error: `with \`certbot\`, the link that certbot renews, such as ${CERTBOT_DIRECTORY}orders.example.com/privkey.pem`,
  })
  .refine(
    ({ certbot, keyFile, certificateFile }) =>
      certbot === undefined || !CERTBOT_KEY.test(keyFile) || ofSameCertificate(keyFile, certificateFile),
    {
      path: ['certificateFile'],
      error: 'with `certbot`, `fullchain.pem` or `cert.pem` in the directory of `keyFile`',
    },
  )
  .refine(
    ({ certbot, keyFile, certificateFile }) =>
      certbot !== undefined || ![keyFile, certificateFile].some((file) => file.startsWith(CERTBOT_DIRECTORY)),
    {
      path: ['keyFile'],
      error: `\`certbot: {}\` beside files in ${CERTBOT_DIRECTORY}, which are certbot’s links, or files elsewhere`,
    },
  );
