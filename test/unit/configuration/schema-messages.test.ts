import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { allowed, shown, synonymOf } from '../../../functions/core/configuration/schema-messages.ts';

/** What the message says of the first fault of a value. */
const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: allowed }).error?.issues[0]?.message;

describe('what is allowed', () => {
  it.each([
    ['a kind', z.string(), 5, 'text'],
    ['a kind of number', z.int(), 1.5, 'a whole number'],
    ['a kind that has no other name', z.bigint(), 5, 'bigint'],
    ['one value', z.literal('a'), 'b', 'a'],
    ['one of several values', z.enum(['a', 'b']), 'c', 'one of a, b'],
    ['a minimum', z.number().min(2), 1, 'at least 2'],
    ['a maximum', z.number().max(1), 2, 'at most 1'],
    ['characters', z.string().min(2), 'a', 'at least 2 characters'],
    ['a character', z.string().min(1), '', 'at least 1 character'],
    ['characters at most', z.string().max(2), 'abc', 'at most 2 characters'],
    ['entries of a list', z.array(z.int()).min(2), [], 'at least 2 entries'],
    ['an entry of a list', z.array(z.int()).max(1), [1, 2], 'at most 1 entry'],
    ['entries of a set', z.set(z.int()).min(2), new Set(), 'at least 2 entries'],
    ['a format', z.email(), 'a', 'an e-mail address'],
    ['a pattern', z.string().regex(/^a$/), 'b', 'text that matches /^a$/'],
  ])('is said of %s', (_, schema, value, message) => {
    expect(said(schema, value)).toBe(message);
  });

  it('is said of the entries of a mapping', () => {
    const issue = { code: 'too_big', maximum: 3, origin: 'record', input: {} } as const;
    expect(allowed(issue as unknown as z.core.$ZodRawIssue)).toBe('at most 3 entries');
  });

  it('is said of what tells the kinds of a mapping apart', () => {
    const kinds = z.discriminatedUnion('type', [
      z.object({ type: z.literal('a') }),
      z.object({ type: z.literal('b') }),
    ]);
    expect(said(kinds, { type: 'c' })).toBe('one of a, b');
  });

  it('is left to the schema for everything else', () => {
    for (const issue of [{ code: 'custom' }, { code: 'invalid_union', errors: [] }])
      expect(allowed(issue as unknown as z.core.$ZodRawIssue)).toBeUndefined();
  });
});

describe('a value in a message', () => {
  it.each([
    [null, 'nothing'],
    [undefined, 'nothing'],
    [[], 'an empty list'],
    [[1], 'a list'],
    [{}, 'an empty mapping'],
    [{ a: 1 }, 'a mapping'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    ['a', '"a"'],
  ])('is shown: %j', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('is cut after 60 characters', () => {
    expect(shown('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
    expect(shown('x'.repeat(59))).toBe(`"${'x'.repeat(59)}…`);
  });
});

describe('another name of a service manager', () => {
  it.each([
    ['init.d', 'init.d: write `sysv`.'],
    ['SysV-init', 'SysV init: write `sysv`.'],
    ['systemctl', 'systemctl: write `systemd`.'],
    ['runit', undefined],
    [7, undefined],
  ])('leads to the one that is used here: %s', (value, remedy) => {
    expect(synonymOf(value, ['systemd', 'sysv'])).toBe(remedy);
  });

  it('leads nowhere where that is not allowed', () => {
    expect(synonymOf('openrc', ['systemd'])).toBeUndefined();
  });
});
