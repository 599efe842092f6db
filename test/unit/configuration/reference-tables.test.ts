import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../functions/core/configuration/reference/field-rows.ts';
import { table } from '../../../functions/core/configuration/reference/markdown-table.ts';
import { replaceGenerated } from '../../../functions/core/configuration/reference/replace-generated.ts';
import { wrapped } from '../../../functions/core/configuration/reference/wrapped.ts';
import type { JsonSchema } from '../../../functions/core/configuration/schema/json-schema.ts';

describe('a field in the reference', () => {
  it.each<readonly [string, JsonSchema]>([
    ['text', { type: 'string' }],
    ['e-mail address', { type: 'string', format: 'email' }],
    ['any value', {}],
    ['`true` or `false`', { type: 'boolean' }],
    ['whole number', { type: 'integer', minimum: -Number.MAX_SAFE_INTEGER }],
    ['whole number, 1 to 5', { type: 'integer', minimum: 1, maximum: 5 }],
    ['whole number, at least 1', { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }],
    ['number, at most 5', { type: 'number', maximum: 5 }],
    ['`a`, `1`', { enum: ['a', 1] }],
    ['list of values', { type: 'array' }],
    ['list of text, 1 to 3', { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 }],
    ['list of number, at most 3', { type: 'array', items: { type: 'number' }, maxItems: 3 }],
    ['mapping', { type: 'object' }],
    ['mapping of name to number', { type: 'object', additionalProperties: { type: 'number' } }],
    ['mapping of name to mapping', { type: 'object', additionalProperties: { oneOf: [] } }],
    ['text or number', { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'string' }] }],
  ])('has a type in words: %s', (type, schema) => {
    expect(rowsOf({ properties: { key: { ...schema, description: 'It.' } } })).toEqual([
      ['`key`', type, '', 'It.'],
    ]);
  });

  it.each<readonly [string, JsonSchema['default']]>([
    ['none', []],
    ['none', {}],
    ['`5m`', '5m'],
    ['`3`', 3],
    ['`false`', false],
    ['`["a"]`', ['a']],
  ])('has its default, if it has one: %s', (shown, standard) => {
    expect(rowsOf({ properties: { key: { type: 'string', default: standard } } })).toEqual([
      ['`key`', 'text', shown, ''],
    ]);
  });

  it('is required, whatever its default', () => {
    const properties = { key: { type: 'string', default: 'a' }, other: { type: 'string' } };
    expect(rowsOf({ properties, required: ['key'] }).map(([, , standard]) => standard)).toEqual([
      '**required**',
      '',
    ]);
  });

  const inner: JsonSchema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

  it('is followed by those inside it, and left out if nothing is said of it', () => {
    const names = (schema: JsonSchema) => rowsOf(schema).map(([name]) => name);
    expect(names({ properties: { outer: inner } })).toEqual(['`outer.a`']);
    expect(names({ properties: { outer: { ...inner, description: 'It.' } } })).toEqual([
      '`outer`',
      '`outer.a`',
    ]);
    expect(names({ properties: { list: { type: 'array', items: inner } } })).toEqual(['`list[].a`']);
    expect(names({ properties: { map: { type: 'object', additionalProperties: inner } } })).toEqual([
      '`map.<name>.a`',
    ]);
  });

  it('is not followed by those that a section of their own describes', () => {
    const rows = rowsOf({ properties: { outer: { ...inner, description: 'It.' } } }, ['outer']);
    expect(rows).toEqual([['`outer`', 'mapping', '', 'It.']]);
  });

  it('may be one of several mappings, of whose required fields one is needed', () => {
    const other: JsonSchema = { type: 'object', properties: { b: { type: 'number' } } };
    expect(rowsOf({ properties: { outer: { anyOf: [inner, other] } } })).toEqual([
      ['`outer`', 'mapping', '', ''],
      ['`outer.a`', 'text', 'one of these', ''],
      ['`outer.b`', 'number', '', ''],
    ]);
  });
});

describe('a table', () => {
  it('has columns of one width, straight quotation marks, and no line breaks in its cells', () => {
    expect(table(['A', 'Long head'], [['a|b', '“x”\ny’s'], ['c']])).toBe(
      ['| A    | Long head |', '| ---- | --------- |', `| a\\|b | "x" y's   |`, '| c    |           |'].join(
        '\n',
      ),
    );
    expect(table(['A'], [])).toBe('| A   |\n| --- |');
  });
});

describe('a paragraph', () => {
  const word = 'x'.repeat(63);

  it('has lines of at most 128 columns, and code that is not divided', () => {
    expect(wrapped(`${word} ${word}y ${word}`)).toBe(`${word} ${word}y\n${word}`);
    expect(wrapped(`${word} ${word}yy`)).toBe(`${word}\n${word}yy`);
    expect(wrapped(`${word} \`${'a '.repeat(40)}\``)).toBe(`${word}\n\`${'a '.repeat(40)}\``);
    expect(wrapped('a  b\nc')).toBe('a b c');
    expect(wrapped('')).toBe('');
  });
});

describe('a document without the place for what is generated', () => {
  it('is refused with the lines to add', () => {
    expect(() => replaceGenerated('text', 'actions', 'new')).toThrow(
      new RangeError(
        'the document lacks `<!-- actions: generated -->` followed by `<!-- end -->`; add both lines where the actions belongs',
      ),
    );
  });
});
