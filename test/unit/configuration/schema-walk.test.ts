import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  homesOf,
  meantOption,
  schemaPlace,
  valueAt,
} from '../../../functions/core/configuration/schema-walk.ts';

describe('the value at a path', () => {
  const root = { list: ['a', { key: 'b' }], mapping: { 0: 'zero', own: null } };

  it.each([
    [[], root],
    [['list', 1, 'key'], 'b'],
    [['mapping', 0], 'zero'],
    [['mapping', 'own'], null],
    [['list', '0'], undefined],
    [['list', 2], undefined],
    [['list', 'length'], undefined],
    [['mapping', 'toString'], undefined],
    [['mapping', 'own', 'key'], undefined],
    [['list', 0, 'length'], undefined],
    [[Symbol.iterator], undefined],
  ] as const)('is found, or nothing is: %j', (path, value) => {
    expect(valueAt(root, path)).toEqual(value);
  });
});

describe('the place of a path', () => {
  const entry = z.strictObject({ name: z.string().describe('Its name.'), port: z.int().optional() });
  const root = z.strictObject({
    list: z.array(entry).default([]),
    named: z.record(z.string(), entry).optional().describe('By name.'),
    nullable: entry.nullable(),
    readonly: entry.readonly(),
    caught: entry.catch({ name: '' }),
    needed: entry.optional().nonoptional(),
    early: entry.prefault({ name: 'a' }),
    piped: z.pipe(
      entry,
      z.transform(({ name }) => name),
    ),
    plain: z.string(),
    kind: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('a'), of: z.string() }),
      z.strictObject({ type: z.literal('b'), by: z.string() }),
    ]),
    either: z.union([z.strictObject({ file: z.string() }), z.strictObject({ url: z.string() }), z.string()]),
  });
  const placeOf = (document: unknown, ...path: readonly (string | number)[]) =>
    schemaPlace(root, document, path);

  it.each(['nullable', 'readonly', 'caught', 'needed', 'early', 'piped'])(
    'is recognized as a mapping of keys within each wrapper: %s',
    (key) => expect(placeOf({}, key)?.keys).toEqual(['name', 'port']),
  );

  it('is an entry of a list or of a mapping', () => {
    expect(placeOf({}, 'list', 0)?.keys).toEqual(['name', 'port']);
    expect(placeOf({}, 'named', 'a')?.keys).toEqual(['name', 'port']);
    expect(placeOf({}, 'named')?.keys).toEqual([]);
    expect(placeOf({}, 'list', 0, 'name')?.description).toBe('Its name.');
    expect(placeOf({}, 'named')?.description).toBe('By name.');
  });

  it('is nowhere for what the schema does not have', () => {
    for (const path of [['other'], ['plain', 'name'], ['list', 0, 'other', 'name'], ['other', 0]])
      expect(placeOf({}, ...path)).toBeUndefined();
  });

  it('is of the kind that the document says', () => {
    expect(placeOf({ kind: { type: 'b' } }, 'kind')?.keys).toEqual(['type', 'by']);
    expect(placeOf({ kind: { type: 'c' } }, 'kind')?.keys).toEqual([]);
    expect(placeOf({ kind: { type: 'a' } }, 'kind', 'of')).toBeDefined();
    expect(placeOf({ kind: { type: 'a' } }, 'kind', 'by')).toBeUndefined();
    expect(placeOf({ kind: {} }, 'kind', 'of')).toBeUndefined();
  });

  it('has the options of a union of mappings, with the keys that only one of them has', () => {
    const found = placeOf({ either: { url: 'a' } }, 'either');
    expect(found?.options.map(({ index, own, markers }) => [index, own, markers])).toEqual([
      [0, ['file'], ['file']],
      [1, ['url'], ['url']],
    ]);
    expect(found?.keys).toEqual(['url']);
    expect(placeOf({}, 'plain')?.options).toEqual([]);
  });
});

describe('the option of a union that is meant', () => {
  const schema = z.strictObject({
    at: z.union([
      z.strictObject({ shared: z.string(), file: z.string(), mode: z.string().optional() }),
      z.strictObject({ shared: z.string(), url: z.string(), secret: z.string().optional() }),
    ]),
  });
  const options = schemaPlace(schema, {}, ['at'])?.options ?? [];

  it.each([
    [{ url: 1 }, 1],
    [{ mode: 1, url: 1 }, 1],
    [{ secret: 1, file: 1 }, 0],
    [{ secret: 1 }, 1],
    [{ secret: 1, flie: 1 }, 1],
    [{ flie: 1 }, 0],
    [{ urls: 1 }, 1],
    [{ fileName: 1 }, undefined],
    [{ shared: 1 }, undefined],
    [{}, undefined],
    ['url', undefined],
    [null, undefined],
    [['url'], undefined],
  ])('is found by its keys: %j, %s', (value, index) => {
    expect(meantOption(options, value)?.index).toBe(index);
  });
});

describe('the homes of a key', () => {
  const root = z.strictObject({
    settings: z.strictObject({ mode: z.string(), inner: z.strictObject({ deep: z.string() }) }),
    list: z.array(z.strictObject({ id: z.string(), trigger: z.strictObject({ metrics: z.string() }) })),
    named: z.record(
      z.string(),
      z.strictObject({ colour: z.string(), health: z.strictObject({ url: z.string() }) }),
    ),
    either: z.union([
      z.strictObject({ file: z.strictObject({ path: z.string() }) }),
      z.strictObject({ web: z.strictObject({ host: z.string() }) }),
    ]),
    one: z.strictObject({
      two: z.strictObject({
        three: z.strictObject({
          four: z.strictObject({ five: z.strictObject({ far: z.string() }), near: z.string() }),
        }),
      }),
    }),
  });
  const homes = (key: string, path: readonly (string | number)[] = [], document: unknown = {}) =>
    homesOf(root, document, path, key).map(({ name }) => name);

  it.each([
    ['mode', ['settings']],
    ['deep', ['settings.inner']],
    ['id', ['list[]']],
    ['metrics', ['list[].trigger']],
    ['colour', ['named.<name>']],
    ['url', ['named.<name>.health']],
    ['path', ['either.file']],
    ['host', ['either.web']],
    ['near', ['one.two.three.four']],
    ['far', []],
    ['toString', []],
    ['nowhere', []],
  ])('are below the mapping that it is in: %s', (key, expected) => {
    expect(homes(key)).toEqual(expected);
  });

  it('are below the mapping that it is in, else below those around that', () => {
    expect(homes('metrics', ['list', 0])).toEqual(['trigger', 'list[].trigger']);
    expect(homes('deep', ['settings'])).toEqual(['inner', 'settings.inner']);
    expect(homes('mode', ['list', 0, 'trigger'])).toEqual(['settings']);
    expect(homes('url', ['named', 'web'])).toEqual(['health', 'named.<name>.health']);
    expect(homes('url', ['named', 'web', 'health'])).toEqual(['named.web.health', 'named.<name>.health']);
    expect(homes('metrics', ['list', 0, 'trigger'])).toEqual(['list.trigger', 'list[].trigger']);
  });

  it('are below no list and no collection of names, whose keys are the user’s own', () => {
    expect(homes('id', ['list'])).toEqual(['list[]']);
    expect(homes('colour', ['named'])).toEqual(['named.<name>']);
  });

  it('are nowhere below what the schema does not have', () => {
    expect(homes('mode', ['other', 'name'])).toEqual(['settings']);
  });

  it('are those of the option that the document has chosen', () => {
    const document = { either: { file: {} } };
    expect(homes('path', [], document)).toEqual(['either.file']);
    expect(homes('host', [], document)).toEqual([]);
  });
});
