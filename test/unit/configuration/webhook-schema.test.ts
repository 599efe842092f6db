import { describe, expect, it } from 'vitest';
import { webhook } from '../../../functions/core/configuration/schema/webhook-schema.ts';

const URL = 'https://hooks.example.com/selfheal';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pager-a1b2c3';

describe('the architect’s webhook', () => {
  it('accepts an address, with the key in X-Api-Key unless it says otherwise', () => {
    expect(webhook.parse({ url: URL })).toEqual({ url: URL, header: 'X-Api-Key' });
    const all = { url: URL, header: 'Authorization', secretArn: SECRET };
    expect(webhook.parse(all)).toEqual(all);
  });

  it.each(['http://127.0.0.1:8080/hook', 'http://localhost/hook'])(
    'may be %s, for an emulator on this machine',
    (url) => {
      expect(webhook.safeParse({ url }).success).toBe(true);
    },
  );

  it.each([
    ['plain HTTP', { url: 'http://hooks.example.com/' }],
    ['plain HTTP that looks like this machine', { url: 'http://localhost.example.com/' }],
    ['no address', { url: 'hooks' }],
    ['a header that is none', { url: URL, header: 'X Key' }],
    ['a header that clients set themselves', { url: URL, header: 'Host' }],
    ['the name of a secret for its ARN', { url: URL, secretArn: 'pager' }],
    [
      'an ARN without its last six characters, by which IAM allows nothing',
      { url: URL, secretArn: SECRET.replace(/-a1b2c3$/, '') },
    ],
    ['the key itself', { url: URL, key: 'abc' }],
  ])('is refused with %s', (_what, value) => {
    expect(webhook.safeParse(value).success).toBe(false);
  });
});
