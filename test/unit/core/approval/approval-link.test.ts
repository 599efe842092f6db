import { describe, expect, it } from 'vitest';
import { readLink, signedLink } from '../../../../functions/core/approval/approval-link.ts';

const KEY = 'key';
const LINK = { proposalId: '20261122T133000Z-1f3a5c7e9b0d', by: 'ada', expiresAtMs: 1_000 };
const token = signedLink(KEY, LINK);

describe('an approval link', () => {
  it('yields what was signed until it expires', () => {
    expect(readLink(KEY, token, 999)).toEqual({ link: LINK });
    expect(readLink(KEY, token, 1_000)).toEqual({ problem: 'the link expired at 1970-01-01T00:00:01.000Z' });
  });

  it('stays the same for the same decision', () => {
    expect(signedLink(KEY, LINK)).toBe(token);
  });

  it('needs no escaping in a URL', () => {
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  });

  const [payload = '', signature = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify([LINK.proposalId, 'mallory', 1e15])).toString('base64url');
  it.each([
    ['another payload', `${forged}.${signature}`],
    ['another signature', `${payload}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`],
    ['a shorter signature', `${payload}.${signature.slice(0, -4)}`],
    ['no signature', payload],
    ['more behind it', `${token}.x`],
    ['nothing', ''],
  ])('does not count with %s', (_, given) => {
    expect(readLink(KEY, given, 0)).toEqual({ problem: 'the link is not one of Selfheal’s' });
  });

  it('does not count if another key signed it', () => {
    expect(readLink('other', token, 0)).toHaveProperty('problem');
  });
});
