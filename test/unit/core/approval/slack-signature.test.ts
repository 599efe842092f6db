import { describe, expect, it } from 'vitest';
import { slackSignatureProblem } from '../../../../functions/core/approval/slack-signature.ts';

/** The example that Slack publishes: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const PUBLISHED = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};
const SIGNED_AT_MS = Number(PUBLISHED.timestamp) * 1_000;

interface Request {
  readonly secret: string;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: string;
}

function problem(changes: Partial<Request> = {}, nowMs = SIGNED_AT_MS): string | undefined {
  const { secret, body, ...headers }: Request = { ...PUBLISHED, ...changes };
  return slackSignatureProblem(secret, { ...headers, body: Buffer.from(body) }, nowMs);
}

describe('the check of Slack’s signature', () => {
  it('accepts the example that Slack publishes', () => {
    expect(problem()).toBeUndefined();
  });

  it.each([
    ['another secret', { secret: '8f742231b10e8888abcd99yyyzzz85a6' }],
    ['another body', { body: `${PUBLISHED.body}&` }],
    ['another time', { timestamp: '1531420619' }],
    ['another signature', { signature: PUBLISHED.signature.replace(/3$/, '4') }],
  ])('refuses a request that was not signed with %s', (_, changes) => {
    expect(problem(changes)).toBe('the signature is not Slack’s');
  });

  it.each([
    ['in capitals', PUBLISHED.signature.toUpperCase()],
    ['of another version', PUBLISHED.signature.replace('v0', 'v1')],
    ['that is too short', PUBLISHED.signature.slice(0, -1)],
    ['that is too long', `${PUBLISHED.signature}0`],
    ['with something before it', ` ${PUBLISHED.signature}`],
    ['with another character', PUBLISHED.signature.replace(/3$/, 'g')],
    ['that is empty', ''],
    ['that is missing', undefined],
  ])('refuses a request with a signature %s', (_, signature) => {
    expect(problem({ signature })).toBe('the request has no signature of Slack');
  });

  it.each([
    ['a sign', `+${PUBLISHED.timestamp}`],
    ['a unit', `${PUBLISHED.timestamp}s`],
    ['13 digits', '1531420618000'],
    ['nothing in it', ''],
    ['no value', undefined],
  ])('refuses a request whose time has %s', (_, timestamp) => {
    expect(problem({ timestamp })).toBe('the request has no time stamp of Slack');
  });

  it('reads a time of one to 12 digits', () => {
    expect(problem({ timestamp: '0' })).toBe(
      'the time stamp of Slack’s request is 1531420618 s off, 300 s at most',
    );
    expect(problem({ timestamp: '999999999999' })).toBe(
      'the time stamp of Slack’s request is 998468579381 s off, 300 s at most',
    );
  });

  it('accepts a request up to five minutes old or early, and no more', () => {
    expect(problem({}, SIGNED_AT_MS + 300_000)).toBeUndefined();
    expect(problem({}, SIGNED_AT_MS - 300_000)).toBeUndefined();
    const off = 'the time stamp of Slack’s request is 301 s off, 300 s at most';
    expect(problem({}, SIGNED_AT_MS + 301_000)).toBe(off);
    expect(problem({}, SIGNED_AT_MS - 301_000)).toBe(off);
  });
});
