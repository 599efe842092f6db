import { describe, expect, it } from 'vitest';
import { configurationText, ONE_HOST, verdictsOf } from './configuration-text.ts';

const WEB = `${ONE_HOST}, service: a.service, signals: [memory]`;
const settings = (...lines: readonly string[]) =>
  configurationText({ settings: ['settings:', ...lines.map((line) => `  ${line}`)].join('\n') });
/** A component that merges this, after two mappings and a text with anchors. */
const merging = (value: string) =>
  configurationText({
    components: `components:\n  a: &a { ${WEB} }\n  b: &b { excluded: &no false, ${WEB.replace('def0', 'def1')} }\n  c: { targets: { instanceIds: [i-0123456789abcdef2] }, <<: ${value} }`,
  });

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a key that occurs twice',
    settings('paused: false', 'paused: false'),
    ['error duplicate-key : this key already occurs in line 2, in the same mapping → Keep one of the two.'],
  ],
  [
    'a second document',
    `${configurationText()}---\na: 1\n`,
    [
      'error several-documents : a second YAML document starts here; the configuration is one document → Remove the `---` line and what does not belong here.',
    ],
  ],
  [
    'an empty file',
    '# nothing\n',
    [
      'error empty-file : nothing is configured: the file is empty → Declare `components` and `strategies`; start from a copy of the selfheal.yaml of Selfheal’s repository.',
    ],
  ],
  [
    'a line that is indented unlike the others',
    settings('paused: false', ' mode: auto'),
    [
      'error yaml-syntax : this key has a value already, and the lines below are indented as if they belonged to it, too → Indent the lines below like this one, or write the `- ` that is missing before it.',
    ],
  ],
  [
    'a line without a colon',
    configurationText({ settings: 'settings\n  paused: false' }),
    [
      'error yaml-syntax : this line has no colon, and the lines below are indented as if they belonged to it → Write it as `key: value`, or correct the indent of the lines below.',
    ],
  ],
  [
    'a tag',
    settings('paused: !Ref x'),
    [
      'error unknown-tag : a YAML tag that means nothing here → Remove the tag (the word that starts with `!`), and write the value itself: no tag is evaluated.',
    ],
  ],
  [
    'an anchor that is not there',
    settings('paused: *base'),
    [
      'error unknown-anchor : there is no anchor &base above → Define &base before it is used, or write the value out.',
    ],
  ],
  [
    'a quote that is not closed',
    settings('mode: "auto'),
    [
      'error yaml-syntax : a quote that is never closed starts here → Close the quote at the end of its value, or remove it.',
    ],
  ],
  [
    'a brace that is not closed',
    configurationText({ settings: 'settings: { paused: false' }),
    [
      'error yaml-syntax : the bracket that is open here is not closed: `}` is missing → Write `}` where it ends, usually at the end of the line above.',
    ],
  ],
  [
    'a bracket that is not closed',
    settings('notify: { soc: [a@example.com }'),
    [
      'error yaml-syntax : the bracket that is open here is not closed: `]` is missing → Write `]` where it ends, usually at the end of the line above.',
    ],
  ],
  [
    'a name that would vanish',
    configurationText({ groups: 'groups: { __proto__: {} }' }),
    ['error invalid-name : the name "__proto__" is not allowed → Choose another name.'],
  ],
  ['a mapping that is merged', merging('*a'), []],
  ['mappings that are merged', merging('[*a, *b]'), []],
  [
    'a text among mappings that are merged',
    merging('[*a, *no]'),
    [
      'error yaml-syntax : `<<` merges the keys of other mappings, and this is not a mapping → Write `<<: *name`, with the anchor of a mapping, or remove the line.',
    ],
  ],
  [
    'an anchor that is not there among mappings that are merged',
    merging('[*a, *gone]'),
    [
      'error unknown-anchor : there is no anchor &gone above → Define &gone before it is used, or write the value out.',
    ],
  ],
];

describe('a fault in the YAML of a configuration', () => {
  it.each(CASES)('is described in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
