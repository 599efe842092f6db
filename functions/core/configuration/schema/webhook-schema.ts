import * as z from 'zod';
import { httpUrl } from '../http-url.ts';

/** EventBridge calls nothing but HTTPS; plain HTTP is for a receiver next to an emulator on the same machine. */
export const MAY_BE_CALLED = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/;

/** Headers that an HTTP client sets itself, or that EventBridge removes. */
const NOT_A_KEY = /^(host|connection|content-(length|type)|transfer-encoding|upgrade|via|x-forwarded-.*)$/i;

/** The header of a request that carries a key. */
export const header = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'the name of an HTTP header' })
  .refine((name) => !NOT_A_KEY.test(name), {
    error: 'a header that may carry a key, such as Authorization',
  })
  .default('X-Api-Key')
  .describe('The header that carries the key.');

/** Secrets Manager finds a secret by part of its ARN, but IAM allows reading it by its full ARN only. */
export const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/,
    {
      error:
        'the full ARN of a secret in Secrets Manager, with the hyphen and six characters that follow its name',
    },
  );

/** CloudFormation reads a secret only when it creates or updates what refers to it: a new version must change that. */
export const secretVersion = z
  .string()
  .regex(/^[A-Za-z0-9-]{32,64}$/, {
    error: 'the `VersionId` that `aws secretsmanager get-secret-value` prints',
  })
  .optional()
  .describe(
    'The version of the secret. After you change the secret, write its new version here and deploy. Default: the one that is current when its channel or webhook is first deployed or otherwise changed.',
  );

/** An HTTP endpoint of the architect: a chat, a pager, a ticket system. */
export const webhook = z.strictObject({
  url: httpUrl.check(
    z.regex(MAY_BE_CALLED, { error: 'an https:// address: EventBridge calls no other' }),
    z.describe('Receives a POST request with the event as its body.'),
  ),
  header,
  secretArn: secretArn
    .optional()
    .describe(
      'A secret whose entire value is the key. Default: Selfheal creates a secret with a random key.',
    ),
  secretVersion,
});

export type WebhookSettings = z.output<typeof webhook>;
