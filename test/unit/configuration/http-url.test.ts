import { describe, expect, it } from 'vitest';
import { canBeAsked } from '../../../functions/core/configuration/http-url.ts';

const part = (length: number) => 'a'.repeat(length);

describe('an address', () => {
  it.each([
    'https://example.com/',
    'https://example.com./',
    'http://localhost:1/',
    `https://${part(63)}.example.com/`,
  ])('can be asked: %s', (url) => expect(canBeAsked(url)).toBe(true));

  it.each([
    'https://example..com/',
    'https://.example.com/',
    'https://example.com../',
    'https://example.com:0/',
    `https://${part(64)}.example.com/`,
  ])('cannot be asked: %s', (url) => expect(canBeAsked(url)).toBe(false));

  it('is not refused for its host name if it is none, or has no host', () => {
    expect(canBeAsked('no address')).toBe(true);
    expect(canBeAsked('mailto:ops')).toBe(true);
  });
});
