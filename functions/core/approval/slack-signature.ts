import { createHmac, timingSafeEqual } from 'node:crypto';

/** As Slack recommends: an older request may be one that somebody recorded. */
const MAXIMUM_AGE_SECONDS = 300;

export interface SlackSigned {
  /** The header `X-Slack-Request-Timestamp`. */
  readonly timestamp: string | undefined;
  /** The header `X-Slack-Signature`. */
  readonly signature: string | undefined;
  /** The body as it arrived, byte for byte. */
  readonly body: Uint8Array;
}

/**
 * What is wrong with a request that should be from Slack; `undefined` if Slack signed it within the last five minutes.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function slackSignatureProblem(
  signingSecret: string,
  { timestamp = '', signature = '', body }: SlackSigned,
  nowMs: number,
): string | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return 'the request has no time stamp of Slack';
  const ageSeconds = Math.abs(nowMs / 1_000 - Number(timestamp));
  if (ageSeconds > MAXIMUM_AGE_SECONDS)
    return `the time stamp of Slack’s request is ${Math.round(ageSeconds)} s off, ${MAXIMUM_AGE_SECONDS} s at most`;
  const [, hex] = /^v0=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (hex === undefined) return 'the request has no signature of Slack';
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(hex, 'hex')) ? undefined : 'the signature is not Slack’s';
}
