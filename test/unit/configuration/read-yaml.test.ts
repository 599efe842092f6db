import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../functions/core/configuration/yaml/yaml-source.ts';

const problemsIn = (...lines: readonly string[]) =>
  readYaml(lines.join('\n'), 'selfheal.yaml').problems.map(
    ({ code, line, column, message }) => `${code} ${line}:${column} ${message}`,
  );

const SYNTAX_OF_KEY = 'this line has no colon, and the lines below are indented as if they belonged to it';

describe('a key that occurs twice', () => {
  it('is reported with the line of the first one of its own mapping', () => {
    expect(problemsIn('a:', '  key: 1', 'b:', '  other: 1', '  key: 1', '  more: 1', '  key: 2')).toEqual([
      'duplicate-key 7:3 this key already occurs in line 5, in the same mapping',
    ]);
  });

  it('is reported each time', () => {
    expect(problemsIn('key: 1', 'other: 1', 'key: 2', 'other: 2')).toEqual([
      'duplicate-key 3:1 this key already occurs in line 1, in the same mapping',
      'duplicate-key 4:1 this key already occurs in line 2, in the same mapping',
    ]);
  });

  it('does not keep the rest from being read', () => {
    const { value } = readYaml('key: 1\nother: 2\nkey: 3\n', 'selfheal.yaml');
    expect(value).toMatchObject({ other: 2 });
  });

  it('keeps its place beside a fault of the syntax', () => {
    expect(problemsIn('key: 1', 'key: 2', 'list: [1')).toEqual([
      'duplicate-key 2:1 this key already occurs in line 1, in the same mapping',
      'yaml-syntax 3:9 the bracket that is open here is not closed: `]` is missing',
    ]);
  });
});

describe('a fault of the syntax', () => {
  it('is the first one, and its place the first that is troubled', () => {
    expect(problemsIn('settings', '  paused: false', 'groups', '  web: {}')).toEqual([
      `yaml-syntax 1:1 ${SYNTAX_OF_KEY}`,
    ]);
  });

  it('is the slip that is recognised, and what comes before it', () => {
    expect(problemsIn('key: 1', 'key: 2', 'list:', '\t- a')).toEqual([
      'duplicate-key 2:1 this key already occurs in line 1, in the same mapping',
      'yaml-syntax 4:1 a tab; YAML indents with spaces only',
    ]);
    expect(problemsIn('list:', '\t- a', 'key: 1', 'key: 2')).toEqual([
      'yaml-syntax 2:1 a tab; YAML indents with spaces only',
    ]);
  });

  it('is a quote that is not closed, after others that are', () => {
    expect(problemsIn('a: "b"', "c: 'd'", 'e: "f', 'g: 1')).toEqual([
      'yaml-syntax 3:4 a quote that is never closed starts here',
    ]);
    expect(problemsIn('a: "b"', "e: 'f")).toEqual([
      'yaml-syntax 2:4 a quote that is never closed starts here',
    ]);
  });

  it('is described as the parser does, if it has no words of its own', () => {
    expect(problemsIn('a: "b" c')[0]).toMatch(/^yaml-syntax 1:8 not valid YAML: \S/);
    expect(problemsIn('a: &one &two b')[0]).toMatch(/^yaml-syntax 1:9 not valid YAML: \S/);
  });

  it('is no quote where a bracket is missing behind one', () => {
    expect(problemsIn('key: ["a"')[0]).toMatch(/^yaml-syntax \d+:\d+ .*`\]` is missing/);
    expect(problemsIn('key: { a: "b"')[0]).toMatch(/^yaml-syntax \d+:\d+ .*`\}` is missing/);
  });

  it('is the first in the text, though the parser finds it last', () => {
    expect(problemsIn('a: { <<: 1 }', 'list: [1')).toEqual([
      'yaml-syntax 1:6 `<<` merges the keys of other mappings, and this is not a mapping',
    ]);
  });

  it('is no slip in a line that only has a tag', () => {
    expect(problemsIn('a: !Ref $(NAME)')).toEqual(['unknown-tag 1:4 a YAML tag that means nothing here']);
  });

  it('is no slip in a line that is sound, such as a tab before a comment', () => {
    expect(problemsIn('list: [a', '\t# comment', 'key: 1')[0]).toMatch(/`\]` is missing/);
  });
});

describe('the name `<<`', () => {
  it('merges nothing if it is in quotes', () => {
    expect(problemsIn('a: { "<<": 1 }')).toEqual([]);
  });

  it('merges mappings only', () => {
    expect(problemsIn('a: &a { b: 1 }', 'c: { <<: *a }', 'd: { <<: 1 }')).toEqual([
      'yaml-syntax 3:6 `<<` merges the keys of other mappings, and this is not a mapping',
    ]);
  });
});

describe('an empty file', () => {
  it.each(['', '# nothing\n', 'null\n', '~\n', '---\n'])('is one that holds nothing: %j', (text) => {
    const { value, problems } = readYaml(text, 'selfheal.yaml');
    expect(problems).toMatchObject([{ code: 'empty-file', line: 1, column: 1, path: '', severity: 'error' }]);
    expect(value ?? null).toBeNull();
  });

  it.each(['a\n', '0\n', 'false\n', '[]\n', '{}\n'])('is not one that holds something: %j', (text) => {
    expect(readYaml(text, 'selfheal.yaml').problems).toEqual([]);
  });

  it('is not one that cannot be read', () => {
    expect(readYaml('!Ref\n', 'selfheal.yaml').problems.map(({ code }) => code)).toEqual(['unknown-tag']);
    expect(readYaml('}\n', 'selfheal.yaml').problems.map(({ code }) => code)).toEqual(['yaml-syntax']);
  });
});

describe('the place of a finding', () => {
  const TEXT = `base: &base
  shared: 1
more: &more { extra: 2 }
list:
  - name: one
  - two
empty:
merged:
  own: 3
  <<: [*base, *more]
alone: { <<: *base, key: 4 }
alias: *more
names: { 0: zero, '<<': 5 }
nested: { inner: { deep: 1 } }
`;
  const source = readYaml(TEXT, 'selfheal.yaml');
  const placeOf = (path: readonly (string | number)[], at?: 'key' | 'value') => {
    const { line, column, sourceLine, file } = source.place({
      ...{
        severity: 'error',
        code: 'wrong-type',
        path,
        value: '',
        message: 'It is wrong.',
        remedy: 'Fix it.',
      },
      ...(at && { at }),
    });
    expect(file).toBe('selfheal.yaml');
    expect(sourceLine).toBe(TEXT.split('\n')[line - 1]);
    return `${line}:${column}`;
  };

  it.each([
    [['base', 'shared'], '2:11'],
    [['list', 0, 'name'], '5:11'],
    [['list', 0], '5:5'],
    [['list', 1], '6:5'],
    [['merged', 'own'], '9:8'],
    [['merged', 'shared'], '2:11'],
    [['merged', 'extra'], '3:22'],
    [['alone', 'shared'], '2:11'],
    [['alone', 'key'], '11:26'],
    [['alias', 'extra'], '3:22'],
    [['names', '0'], '13:13'],
  ])('is that of the value: %j', (path, place) => {
    expect(placeOf(path)).toBe(place);
  });

  it('is that of the key, if that is wrong', () => {
    expect(placeOf(['base', 'shared'], 'key')).toBe('2:3');
    expect(placeOf(['merged', 'extra'], 'key')).toBe('3:15');
  });

  it.each([
    ['the key of nothing', ['empty'], '7:1'],
    ['the mapping that lacks a key', ['base', 'gone'], '1:1'],
    ['the mapping that lacks a key, though it merges others', ['merged', 'gone'], '8:1'],
    ['the mapping that lacks a key, though one inside it has it', ['nested', 'deep'], '14:1'],
    ['the entry that lacks a key', ['list', 0, 'gone'], '5:5'],
    ['the list that lacks an entry', ['list', 2], '4:1'],
    ['the list that has no keys', ['list', 'name'], '4:1'],
    ['the text that has no entries', ['list', 1, 0], '6:5'],
    ['the mapping that has no entries', ['base', 0], '1:1'],
    ['the beginning of the file', [], '1:1'],
    ['the beginning of the file, for a key that it lacks', ['gone'], '1:1'],
  ] as const)('is %s', (_, path, place) => {
    expect(placeOf(path)).toBe(place);
  });
});

describe('the end of a line', () => {
  it.each(['\n', '\r\n', '\r'])('may be %j', (end) => {
    const { value, problems, place } = readYaml(['a: 1', 'b: 2', ''].join(end), 'selfheal.yaml');
    expect([value, problems]).toEqual([{ a: 1, b: 2 }, []]);
    const finding = {
      severity: 'error',
      code: 'wrong-type',
      path: ['b'],
      value: 2,
      message: '',
      remedy: '',
    } as const;
    expect(place(finding)).toMatchObject({ line: 2, column: 4, sourceLine: 'b: 2', path: 'b' });
  });
});
