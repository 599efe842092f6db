import type { Grant } from './grants.ts';

/** What no request here can need, and why; the templates' test lists each of these grants by hand all the same. */
const EXEMPT: readonly { readonly action: RegExp; readonly why: string }[] = [
  {
    action: /^logs:/,
    why: 'the Lambda and Step Functions services write logs; no emulator does so by the API',
  },
  { action: /^xray:/, why: 'the Lambda and Step Functions services send traces' },
  { action: /^kms:/, why: 'SNS asks KMS in the name of the publisher; no emulator does' },
];

export function exemption({ action }: Grant): string | undefined {
  return EXEMPT.find((exempt) => exempt.action.test(action))?.why;
}
