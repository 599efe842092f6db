import { describe, expect, it } from 'vitest';
import { slipsIn } from '../../../functions/core/configuration/yaml/yaml-slips.ts';

const ALL_LINES = new Set([1, 2, 3, 4]);
/** The slip in a line of its own. */
const slipIn = (line: string) => slipsIn(line, ALL_LINES)[0];

const TAB = {
  message: 'a tab; YAML indents with spaces only',
  remedy: 'Replace the tab with spaces.',
};
const CONFLICT = {
  message: 'the marker of a merge conflict that is not resolved',
  remedy: 'Keep one of the two versions, and remove the markers.',
};
const SPACE = {
  message: 'a character that looks like a space but is not one for YAML (a non-breaking space, for example)',
  remedy: 'Replace it with a plain space.',
};
const VARIABLES =
  'Selfheal does not replace variables: write the value itself, or fill in the file beforehand, for example with `envsubst`.';

describe('a slip in a line of YAML', () => {
  it.each([
    ['\tkey: 1', 0],
    ['  \tkey: 1', 2],
    ['\t\tkey: 1', 0],
    ['\t  key: 1', 0],
  ])('is a tab that indents: %j', (line, offset) => {
    expect(slipIn(line)).toEqual({ offset, ...TAB });
  });

  it.each(['\t', '\t# comment', '  \t  # comment', 'key:\tvalue', 'a\tb: 1'])(
    'is no tab elsewhere: %j',
    (line) => {
      expect(slipIn(line)).toBeUndefined();
    },
  );

  it.each(['<<<<<<< HEAD', '=======', '>>>>>>> branch', '||||||| base', '======= x'])(
    'is the marker of a merge conflict: %s',
    (line) => {
      expect(slipIn(line)).toEqual({ offset: 0, ...CONFLICT });
    },
  );

  it.each(['<<<<<<', '<<<<<<<<', '========', '>>>>>>>>', '||||||||', ' =======', '=======x', 'a ======='])(
    'is no marker of a merge conflict if it is another line: %s',
    (line) => {
      expect(slipIn(line)).toBeUndefined();
    },
  );

  it.each(['\u00a0', '\u2000', '\u2007', '\u200b', '\u202f', '\u3000', '\ufeff'])(
    'is a character that looks like a space: %j',
    (character) => {
      expect(slipIn(`${character}key: 1`)).toEqual({ offset: 0, ...SPACE });
      expect(slipIn(`key:${character} 1`)).toEqual({ offset: 4, ...SPACE });
    },
  );

  it.each(['\u200c', '\u2010', 'ä'])('is not a character that looks like something else: %j', (character) => {
    expect(slipIn(`key: ${character}`)).toBeUndefined();
  });

  it.each([
    ['-id: restart', 0, '-id: restart', '- id: restart'],
    ['  -_a-2:  x  ', 2, '-_a-2:  x', '- _a-2:  x'],
    ['-id:', 0, '-id:', '- id:'],
    ['-id:   ', 0, '-id:', '- id:'],
  ])('is a dash without a space: %j', (line, offset, said, instead) => {
    expect(slipIn(line)).toEqual({
      offset,
      message: `\`${said}\` has no space after the dash`,
      remedy: `Write \`${instead}\`.`,
    });
  });

  it.each([
    ['key:value', 0, 'key:value', 'key: value'],
    ['  key_2:value  ', 2, 'key_2:value', 'key_2: value'],
    ['- key:value', 2, 'key:value', 'key: value'],
    ['-   key:5', 4, 'key:5', 'key: 5'],
    ['  -  _k-y:a b', 5, '_k-y:a b', '_k-y: a b'],
  ])('is a colon without a space: %j', (line, offset, said, instead) => {
    expect(slipIn(line)).toEqual({
      offset,
      message: `\`${said}\` has no space after the colon`,
      remedy: `Write \`${instead}\`.`,
    });
  });

  it.each([
    'key: value',
    'key:',
    'http://example.com',
    'a:/b',
    'a::b',
    '-id:x',
    '-1: x',
    'a -id: x',
    '1a:b',
    '"a:b',
  ])('is neither where a line is sound, or strange in another way: %j', (line) => {
    expect(slipIn(line)).toBeUndefined();
  });

  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what people write
    ['key: ${NAME}', 5, '${NAME}'],
    ['key: {{ name }}', 5, '{{ name }}'],
    ['key: $(NAME)', 5, '$(NAME)'],
    ['key: <YOUR-ID>', 5, '<YOUR-ID>'],
  ])('is a variable: %s', (line, offset, name) => {
    expect(slipIn(line)).toEqual({
      offset,
      message: `\`${name}\` is a variable, which is not valid YAML here`,
      remedy: VARIABLES,
    });
  });

  it.each([
    ['key: @home', 5, '@', '@home'],
    ['key: @', 5, '@', '@'],
    ['key: @ home', 5, '@', '@ home'],
    ['-   key: @home', 9, '@', '@home'],
    ['- key:  `a b` ', 8, '`', '`a b`'],
    ['  k: %d', 5, '%', '%d'],
    ['key: |a', 5, '|', '|a'],
    ['key: >= 90', 5, '>', '>= 90'],
    ['key: |2 a', 5, '|', '|2 a'],
    ['key: >"a\\b"', 5, '>', '>\\"a\\\\b\\"'],
  ])('is a value that begins with a character of YAML: %j', (line, offset, character, quoted) => {
    expect(slipIn(line)).toEqual({
      offset,
      message: `${character === '`' ? 'a backtick' : `\`${character}\``} means something else at the beginning of a value`,
      remedy: `Put the value in quotes: \`"${quoted}"\`.`,
    });
  });

  it.each([
    'key: |',
    'key: >',
    'key: |-',
    'key: >+2',
    'key: |2-',
    'key: |  # text',
    'key: a@b',
    '1: @a',
    'a b: @a',
  ])('is none where the character may begin the value, or does not: %j', (line) => {
    expect(slipIn(line)).toBeUndefined();
  });
});

describe('the slips in a text', () => {
  it('are looked for only in lines that the parser stumbles over', () => {
    const text = 'a:1\nb:2\n\tc: 3';
    expect(slipsIn(text, new Set())).toEqual([]);
    expect(slipsIn(text, new Set([2]))).toEqual([
      { offset: 4, message: '`b:2` has no space after the colon', remedy: 'Write `b: 2`.' },
      { offset: 8, ...TAB },
    ]);
  });

  it('are tabs in every line after the first slip, and in none before', () => {
    const text = '\ta: 1\n\tb: 2\nc: 3\n\td: 4';
    expect(slipsIn(text, new Set([2]))).toEqual([
      { offset: 6, ...TAB },
      { offset: 17, ...TAB },
    ]);
  });

  it('are placed by their offset, whatever ends a line', () => {
    expect(slipsIn('a: 1\r\n\tb: 2\r\n-c: 3\r\n', ALL_LINES)).toEqual([
      { offset: 6, ...TAB },
      { offset: 13, message: '`-c: 3` has no space after the dash', remedy: 'Write `- c: 3`.' },
    ]);
  });
});
