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
    validDays: z.int().min(1).max(825).default(90).describe('How long a new certificate is valid.'),
    authority: z
      .strictObject({
        keyFile: absolutePath.check(z.describe('Its private key, on the host, without a passphrase.')),
        certificateFile: absolutePath.check(z.describe('Its certificate, on the host.')),
      })
      .optional()
      .describe('A certificate authority of your own that signs it. Default: self-signed.'),
    port: z.int().min(1).max(65_535).default(443).describe('Where the service presents it, on 127.0.0.1.'),
  })
  .refine(({ keyFile, certificateFile }) => keyFile !== certificateFile, {
    path: ['keyFile'],
    error: 'a `keyFile` other than `certificateFile`: each is a file of its own',
  });
