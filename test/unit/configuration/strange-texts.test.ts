import { describe, expect, it } from 'vitest';
import { parseDocument, YAMLParseError } from 'yaml';
import { yamlFaults } from '../../../functions/core/configuration/yaml/yaml-faults.ts';
import { verdictsOf } from './configuration-text.ts';
import { said, TEXT } from './sound-text.ts';

const VARIABLES =
  'Selfheal does not replace variables: write the value itself, or fill in the file beforehand, for example with `envsubst`.';
const UNIT = 'expected a systemd unit with its suffix, such as nginx.service';

describe('a text that is no sound YAML', () => {
  it.each([
    [
      'a NUL',
      'nginx.service',
      'ngi\0nx.service',
      '4: a character that UTF-8 text never contains: the file has another encoding → Save it as UTF-8.',
    ],
    [
      'bytes of Latin-1',
      'nginx.service',
      'b\ufffdr.service',
      '4: a character that UTF-8 text never contains: the file has another encoding → Save it as UTF-8.',
    ],
    [
      'an alias within its anchor',
      '{ memory: { metric: memory, threshold: 90 } }',
      '&all { memory: { metric: memory, threshold: *all } }',
      '5: *all is within &all, and would contain itself → Write the value out.',
    ],
    [
      'a tag of CloudFormation',
      'nginx.service',
      '!Ref Service',
      '4: a YAML tag that means nothing here → Remove the tag (the word that starts with `!`), and write the value itself: no tag is evaluated.',
    ],
    [
      'a bracket too many',
      '90 } }',
      '90 } } }',
      '5: there is no open bracket for this one to close → Remove it, or write the opening bracket that is missing before it.',
    ],
    [
      'a list behind its key',
      'nginx.service',
      '- nginx.service',
      '4: a list cannot begin on the line of its key → Begin the list on the next line, or write it in brackets: `[one, two]`.',
    ],
    [
      'a comma as in JSON',
      'service: nginx.service',
      '"service": "nginx.service",',
      '4: a comma after a value; only values in brackets are separated by commas → Remove the comma.',
    ],
    [
      'an apostrophe in single quotes',
      'nginx.service',
      "'nginx's.service'",
      '4: a single quote within single quotes ends the value → Put the value in double quotes: `"nginx\'s.service"`.',
    ],
    [
      'a backtick',
      'nginx.service',
      '`nginx`',
      '4: a backtick means something else at the beginning of a value → Put the value in quotes: `"`nginx`"`.',
    ],
    [
      'a comparison in a limit',
      'threshold: 90',
      'threshold: >= 90',
      "5: `>` means something else at the beginning of a value → Write `90` alone, and the comparison under its own key: `comparison: '>='`.",
    ],
  ])('is explained in plain words: %s', (_, from, to, expected) => {
    expect(said(from, to)).toEqual([expected]);
  });

  // How deep that is depends on the stack of the process.
  it('is explained in plain words: brackets in brackets, deeper than the parser can follow', () => {
    const text = 'service: [';
    const document = parseDocument(text);
    const place: [number, number] = [9, 10];
    document.errors.unshift(
      new YAMLParseError(place, 'RESOURCE_EXHAUSTION', 'Maximum call stack size exceeded'),
    );
    expect(yamlFaults(document, text, () => 1)).toEqual([
      {
        offset: 9,
        code: 'yaml-syntax',
        message: 'brackets are nested too deeply',
        remedy: 'Remove those that are not needed.',
      },
    ]);
  });

  it('counts the first of two keys, where its findings are placed', () => {
    expect(said('metric: memory', 'metric: memory, "metric": cpu')).toEqual([
      '5: this key already occurs in line 5, in the same mapping → Keep one of the two.',
    ]);
    expect(said('strategies:', '  web: {}\nstrategies:')).toEqual([
      '7: this key already occurs in line 2, in the same mapping → Keep one of the two.',
    ]);
  });

  it('has its empty entries found where they are', () => {
    expect(said('  - id:', '  -\n  - id:')[0]).toMatch(/^8: expected a mapping/);
  });

  it('shows characters that are not seen, or look like others', () => {
    for (const [key, shown] of [
      ['ser\u200bvice', 'ser\\u200bvice'],
      ['s\u0435rvice', 's\\u0435rvice'],
    ] as const)
      expect(verdictsOf(TEXT.replace('service', key))).toEqual([
        expect.stringMatching(
          RegExp(
            `^error unknown-key components\\.web\\["${shown.replace('\\', '\\\\')}"\\]: \`${shown.replace('\\', '\\\\')}\` is not a key here; .* → Did you mean \`service\`\\?$`,
          ),
        ),
      ]);
    expect(said('  web:', '  "\u202ebew":')[0]).toContain('the name "\\u202ebew" is not allowed');
    expect(said('nginx.service', 'größe')[0]).toContain('got "größe"');
    expect(said('nginx.service', 'служба')[0]).toContain('got "служба"');
  });
});

describe('a value that was meant in another way', () => {
  it.each([
    ['nginx.service', '$SERVICE', `4: ${UNIT}; got "$SERVICE" → ${VARIABLES}`],
    ['nginx.service', '<your-service>', `4: ${UNIT}; got "<your-service>" → ${VARIABLES}`],
    ['nginx.service', '"<%= service %>"', `4: ${UNIT}; got "<%= service %>" → ${VARIABLES}`],
    ['nginx.service', 'TODO', `4: ${UNIT}; got "TODO" → ${VARIABLES}`],
    ['nginx.service', '__SERVICE__', `4: ${UNIT}; got "__SERVICE__" → ${VARIABLES}`],
    ['nginx.service', 'nginx.service,', `4: ${UNIT}; got "nginx.service," → Write \`nginx.service\`.`],
    ['threshold: 90', "threshold: '> 90'", '5: expected a number; got "> 90" → Write `90`, without `>`.'],
    [
      'threshold: 90',
      "threshold: '>= ninety'",
      '5: expected a number; got ">= ninety" → What it is: The limit, in the unit of the metric.',
    ],
    [
      '{ type: start_component }',
      'start_component',
      '10: expected a mapping (`key: value` lines); got "start_component" → Write `{ type: start_component }`.',
    ],
    [
      'instanceIds: [i-0123456789abcdef0]',
      'tags: [{ Key: tier, Value: web }, { Key: n, Value: 1 }]',
      '3: expected a mapping (`key: value` lines); got a list → Write `{ tier: web, n: 1 }`.',
    ],
    [
      'instanceIds: [i-0123456789abcdef0]',
      'tags: [{ key: tier }]',
      '3: expected a mapping (`key: value` lines); got a list → Write it as lines of `key: value`, without `- `.',
    ],
  ])('has a remedy: %s as %s', (from, to, expected) => {
    expect(said(from, to)).toEqual([expected]);
  });

  it('is a decimal comma where a key has only digits', () => {
    expect(said('threshold: 90', 'threshold: 90,5')).toEqual([
      expect.stringMatching(
        /^5: `5` is not a key here; .* → Write a decimal point before `5`: a comma ends a value\.$/,
      ),
    ]);
  });

  it.each([
    ['1h30', 'Write `90m`.'],
    ['5m30', 'Write `330s`.'],
    ['1 hour 5', 'Write `65m`.'],
    ['99999999999999999999s', 'Write a shorter time.'],
  ])('is a duration without its last unit, or beyond measure: %s', (text, remedy) => {
    expect(said('cooldownSeconds: 60', `cooldownSeconds: ${text}`)).toEqual([
      expect.stringContaining(` → ${remedy}`),
    ]);
  });

  it('is one of those that are listed, if nothing is like it', () => {
    expect(said('type: start_component', 'type: wait')).toEqual([
      expect.stringMatching(/ → Write one of them\.$/),
    ]);
  });
});
