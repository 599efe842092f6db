import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { allowed } from '../../../functions/core/configuration/schema-messages.ts';
import { schemaFindings } from '../../../functions/core/configuration/schema-problems.ts';

function findingsIn(schema: z.ZodType, document: unknown) {
  const { error } = schema.safeParse(document, { error: allowed });
  return schemaFindings(schema, document, error?.issues ?? []);
}
const said = (schema: z.ZodType, document: unknown) =>
  findingsIn(schema, document).map(
    ({ code, path, message, remedy }) => `${code} ${path.join('.')}: ${message} → ${remedy}`,
  );

const host = z.strictObject({ name: z.string(), port: z.int().min(1).max(9).optional() });
const kinds = z.union([
  z.strictObject({ file: z.string(), mode: z.string().optional() }),
  z.strictObject({ url: z.string(), secret: z.string().optional() }),
]);

describe('a missing key', () => {
  it('is reported with what belongs there', () => {
    expect(said(host, {})).toEqual(['missing-key name: `name` is missing; expected text → Add `name:`.']);
    const described = z.object({ at: z.strictObject({ name: z.string().describe('As DNS has it.') }) });
    expect(said(described, { at: {} })).toEqual([
      'missing-key at.name: `name` is missing; expected text → Add `name:` (As DNS has it.)',
    ]);
  });

  it('is reported without that where nothing is known of it', () => {
    expect(said(z.strictObject({ at: kinds }), {})).toEqual(['missing-key at: `at` is missing → Add `at:`.']);
  });

  it('is one mistake with the misspelt key', () => {
    expect(said(host, { nmae: 'web' })).toEqual([
      'unknown-key nmae: `nmae` is not a key here; allowed: name, port → Did you mean `name`?',
    ]);
  });

  it('is one mistake with the key in the wrong place', () => {
    const schema = z.strictObject({ of: z.strictObject({ address: z.string() }) });
    expect(said(schema, { address: 'a' })).toEqual([
      'unknown-key address: `address` is not a key here; allowed: of → Move it under `of:`.',
    ]);
  });

  it('is a mistake of its own beside an unknown key', () => {
    expect(said(host, { colour: 'red' })).toEqual([
      'missing-key name: `name` is missing; expected text → Add `name:`.',
      'unknown-key colour: `colour` is not a key here; allowed: name, port → Remove `colour`.',
    ]);
  });
});

describe('an unknown key', () => {
  it('is reported where no key is allowed', () => {
    expect(said(z.strictObject({}), { colour: 'red' })).toEqual([
      'unknown-key colour: `colour` is not a key here; allowed: none → Remove `colour`.',
    ]);
  });

  it('is one whose colon has no space behind it', () => {
    expect(said(host, { name: 'a', 'port:7': null })).toEqual([
      'unknown-key port:7: `port:7` has no space after the colon, so all of it is a key → Write `port: 7`.',
    ]);
    expect(findingsIn(host, { name: 'a', 'port:7': null })).toMatchObject([{ nearest: 'port', at: 'key' }]);
    expect(said(host, { name: 'a', 'colour:red': null })).toEqual([
      'unknown-key colour:red: `colour:red` is not a key here; allowed: name, port → Remove `colour:red`.',
    ]);
    expect(said(host, { name: 'a', '-port:7': null })).toEqual([
      'unknown-key -port:7: `-port:7` is not a key here; allowed: name, port → Did you mean `port`?',
    ]);
  });

  it('is the first part of a name', () => {
    const schema = z.strictObject({ cooldownSeconds: z.int().optional() });
    expect(findingsIn(schema, { cooldown: 5 })).toMatchObject([
      { remedy: 'Did you mean `cooldownSeconds`?', nearest: 'cooldownSeconds', value: 5 },
    ]);
  });

  it('of another kind of mapping conflicts with the keys of its own', () => {
    const schema = z.strictObject({ at: kinds });
    expect(said(schema, { at: { file: 'a', mode: 'r', secret: 's' } })).toEqual([
      'conflicting-keys at.secret: `secret` cannot be combined with `file`, `mode` → Remove `secret`, or keep it and remove `file`, `mode`.',
    ]);
    expect(said(schema, { at: { file: 'a', colour: 's' } })).toEqual([
      'unknown-key at.colour: `colour` is not a key here; allowed: file, mode → Remove `colour`.',
    ]);
  });

  it('does not hide another fault of the same value', () => {
    const schema = z.strictObject({ list: z.record(z.string().regex(/^a/), z.string()) });
    const found = findingsIn(schema, { list: { b: 5 } });
    expect(found.map(({ code, at }) => [code, at])).toContainEqual(['invalid-name', 'key']);
  });
});

describe('a mapping of several kinds', () => {
  const schema = z.strictObject({ at: kinds });

  it.each([
    ['nothing points to one', {}],
    ['its keys are of none', { colour: 'red' }],
  ])('is unclear if %s', (_, at) => {
    expect(said(schema, { at })).toEqual([
      'unclear-kind at: cannot tell which kind this is; expected one of the keys `file`, `url` → Add `file:` or `url:`.',
    ]);
  });

  it.each([
    ['what only one may have', { secret: 's' }, 'missing-key at.url'],
    ['what one must have, misspelt', { flie: 'a' }, 'unknown-key at.flie'],
    ['part of what one must have', { fil: 'a' }, 'unknown-key at.fil'],
  ])('is meant by %s', (_, at, problem) => {
    expect(said(schema, { at }).map((text) => text.slice(0, text.indexOf(':')))).toEqual([problem]);
  });

  it('is of the kind that it must be, rather than of the one whose key comes first', () => {
    expect(said(schema, { at: { mode: 'r', url: 'u' } })).toEqual([
      'conflicting-keys at.mode: `mode` cannot be combined with `url` → Remove `mode`, or keep it and remove `url`.',
    ]);
  });

  it.each([
    [
      'a text',
      'a',
      'wrong-type at: expected a mapping (`key: value` lines); got "a" → Write it as lines of `key: value`, indented below its own key.',
    ],
    [
      'nothing',
      null,
      'wrong-type at: expected a mapping (`key: value` lines); got nothing → Give it a value, or remove the key.',
    ],
    [
      'an empty list',
      [],
      'wrong-type at: expected a mapping (`key: value` lines); got an empty list → Write it as lines of `key: value`, without `- `.',
    ],
    [
      'a list of mappings',
      [{}],
      'wrong-type at: expected a mapping (`key: value` lines); got a list → Write it as lines of `key: value`, without `- `.',
    ],
  ])('is not %s', (_, at, problem) => {
    expect(said(schema, { at })).toEqual([problem]);
  });

  it('may be a list of plain values, too', () => {
    const lists = z.strictObject({ targets: z.strictObject({ ids: z.array(z.string()).optional() }) });
    expect(said(lists, { targets: ['a', 'b'] })).toEqual([
      'wrong-type targets: expected a mapping (`key: value` lines); got a list → Write `{ ids: [a, b] }`.',
    ]);
    expect(said(lists, { targets: ['a', {}] })).toEqual([
      'wrong-type targets: expected a mapping (`key: value` lines); got a list → Write it as lines of `key: value`, without `- `.',
    ]);
  });
});

describe('a wrong value', () => {
  it('is one mistake where a list belongs and Zod measures the length of a text, too', () => {
    const list = z.array(z.string()).check((context) => {
      context.issues.push({
        ...{ code: 'too_small', minimum: 9, origin: 'array', inclusive: true, input: context.value },
      });
    });
    const schema = z.strictObject({ list: z.string().min(9).or(list) });
    expect(findingsIn(schema, { list: 5 }).map(({ code }) => code)).toEqual(['wrong-type']);
  });

  it.each([
    ['a number', z.number().min(2), 1, 'out-of-range'],
    ['a whole number', z.int().max(2), 3, 'out-of-range'],
    ['a text', z.string().min(2), 'a', 'wrong-length'],
    ['a list', z.array(z.int()).max(1), [1, 2], 'wrong-length'],
    ['a format', z.email(), 'a', 'invalid-format'],
    ['one of several', z.enum(['a', 'b']), 'c', 'unknown-value'],
    ['a rule of one’s own', z.string().refine(() => false), 'a', 'invalid-value'],
    ['either of two formats', z.union([z.email(), z.ipv4()]), 'a', 'invalid-format'],
    ['either of two kinds', z.union([z.int(), z.boolean()]), 'a', 'wrong-type'],
    ['either of two values', z.union([z.literal('b'), z.literal('c')]), 'a', 'invalid-format'],
    ['a value or a kind', z.union([z.literal('b'), z.int()]), 'a', 'wrong-type'],
  ])('has a code for %s', (_, schema, value, code) => {
    expect(findingsIn(z.strictObject({ at: schema }), { at: value })).toMatchObject([{ code, value }]);
  });

  it('of two formats names both, each once', () => {
    const either = z.union([z.email(), z.ipv4(), z.email()]);
    expect(said(z.strictObject({ at: either }), { at: 'a' })[0]).toMatch(
      /^invalid-format at: expected an e-mail address or text that matches \S+; got "a"/,
    );
  });

  it('is reported with its first fault only', () => {
    const strict = z.string().min(5).regex(/^x/);
    expect(said(z.strictObject({ at: strict }), { at: 'a' })).toEqual([
      'wrong-length at: expected at least 5 characters; got "a" → Write a value of that kind.',
    ]);
  });

  it('says what its field is, if nothing better is known', () => {
    const schema = z.strictObject({ at: z.email().describe('Who is notified.') });
    expect(said(schema, { at: 'a' })).toEqual([
      'invalid-format at: expected an e-mail address; got "a" → What it is: Who is notified.',
    ]);
  });

  it('that is indented as an entry is to be indented further', () => {
    const schema = z.strictObject({ components: z.record(z.string(), host) });
    expect(said(schema, { components: { name: 'web' } })).toEqual([
      'wrong-type components.name: expected a mapping (`key: value` lines); got "web" → `name` is a key of an entry of `components`: indent it as far as the entry’s other keys.'.replace(
        '’',
        "'",
      ),
    ]);
    expect(said(schema, { components: { name: {} } })).toEqual([
      'missing-key components.name.name: `name` is missing; expected text → Add `name:`.',
    ]);
  });

  it('of a list is not to be indented further', () => {
    const schema = z.strictObject({ list: z.array(host) });
    expect(said(schema, { list: ['name'] })).toEqual([
      'wrong-type list.0: expected a mapping (`key: value` lines); got "name" → Write `{ name: name }`.',
    ]);
  });
});
