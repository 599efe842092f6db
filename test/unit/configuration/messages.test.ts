import { describe, expect, it } from 'vitest';
import { ID, said } from './sound-text.ts';

const DURATION = 'expected a whole number of seconds, or whole numbers with units: 30s, 5m, 2h, 1d, 1h30m';

const BY_TAGS = 'use `targets: { tags: { key: value } }`.';

const AN_ID = 'write the one that `aws ssm describe-instance-information` lists';

describe('a value that is written in another way', () => {
  it('causes no problem if it means the same', () => {
    expect(said('maxAttempts: 2', 'maxAttempts: 2')).toEqual([]);
    expect(said('cooldownSeconds: 60', 'cooldownSeconds: 1h30m')).toEqual([]);
  });

  it.each([
    ['5 min', '"5 min"', 'Write `5m`.'],
    ['PT5M', '"PT5M"', 'Write `5m`.'],
    ['1.5m', '"1.5m"', 'Write `90s`.'],
    ['1.5', '1.5', 'Write `2s`.'],
    ["'300'", '"300"', 'Remove the quotes: write `300`.'],
    ['2w', '"2w"', 'That is `14d` here; expected a duration from 0s to 1d.'],
    ['-5m', '"-5m"', 'Write it like `30s`, `5m`, `2h`, `1d` or `1h30m`.'],
    ['soon', '"soon"', 'Write it like `30s`, `5m`, `2h`, `1d` or `1h30m`.'],
    ['[5m]', 'a list', 'Write one value, without a list: `5m`.'],
  ])('causes a message with the remedy for cooldownSeconds: %s', (written, shown, remedy) => {
    expect(said('cooldownSeconds: 60', `cooldownSeconds: ${written}`)).toEqual([
      `12: ${DURATION}; got ${shown} → ${remedy}`,
    ]);
  });

  it.each([
    ['threshold: 90', "threshold: '90'", '5: expected a number; got "90" → Remove the quotes: write `90`.'],
    ['threshold: 90', 'threshold: 90%', '5: expected a number; got "90%" → Write `90`, without `%`.'],
    ['threshold: 90', 'threshold: 90 MB', '5: expected a number; got "90 MB" → Write `90`, without `MB`.'],
    [
      'threshold: 90',
      'threshold: 90.25%',
      '5: expected a number; got "90.25%" → Write `90.25`, without `%`.',
    ],
    ['threshold: 90', 'threshold: 1_000', '5: expected a number; got "1_000" → Write `1000`.'],
    ['maxAttempts: 2', "maxAttempts: '2'", '11: expected a number; got "2" → Remove the quotes: write `2`.'],
    [
      'maxAttempts: 2',
      'maxAttempts: 2.5',
      '11: expected a whole number; got 2.5 → Write a whole number, such as `3`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'maxConcurrentTargets: 50%',
      '6: expected a number; got "50%" → Write `50`, without `%`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'excluded: yes',
      '6: expected true or false; got "yes" → Write `true`; YAML 1.2 has no yes, no, on or off.',
    ],
    [
      'maxConcurrentTargets: 1',
      "excluded: 'false'",
      '6: expected true or false; got "false" → Remove the quotes: write `false`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'excluded: maybe',
      '6: expected true or false; got "maybe" → Write true or false; YAML 1.2 has no yes, no, on or off.',
    ],
    [
      'maxConcurrentTargets: 1',
      'tempPaths: /var/tmp/web',
      '6: expected a list; got "/var/tmp/web" → Write it as a list: `[/var/tmp/web]`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'tempPaths: /var/tmp/a, /var/tmp/b',
      '6: expected a list; got "/var/tmp/a, /var/tmp/b" → Write it as a list: `[/var/tmp/a, /var/tmp/b]`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'tempPaths: { a: b }',
      '6: expected a list; got a mapping → Write it as a list: each entry on a line of its own, after `- `.',
    ],
    [
      'maxConcurrentTargets: 1',
      'tempPaths: {}',
      '6: expected a list; got an empty mapping → Write it as a list: each entry on a line of its own, after `- `.',
    ],
    [
      'maxConcurrentTargets: 1',
      'health: url=http://a.example.com/',
      '6: expected a mapping (`key: value` lines); got "url=http://a.example.com/" → Write `url: http://a.example.com/`, with a colon.',
    ],
    [
      'maxConcurrentTargets: 1',
      'health: 7',
      '6: expected a mapping (`key: value` lines); got 7 → Write it as lines of `key: value`, indented below its own key.',
    ],
    [
      'alarms: { memory: {',
      'alarms: { Free Memory: {',
      '5: the name "Free Memory" is not allowed; expected a lower-case letter, then letters, digits or hyphens, 63 at most → Write `free-memory`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'tempPaths:',
      '6: expected a list; got nothing → Give it a value, or remove the key.',
    ],
    [
      '[i-0123456789abcdef0]',
      'i-0123456789abcdef0',
      '3: expected a list; got "i-0123456789abcdef0" → Write it as a list: `[i-0123456789abcdef0]`.',
    ],
    [
      'nginx.service',
      '[nginx.service]',
      '4: expected text; got a list → Write one value, without a list: `nginx.service`.',
    ],
    [
      'instanceIds: [i-0123456789abcdef0]',
      'tags: { tier: 1 }',
      '3: expected text; got 1 → Put it in quotes: `"1"`.',
    ],
    [
      'instanceIds: [i-0123456789abcdef0]',
      'tags: { live: true }',
      '3: expected text; got true → Put it in quotes: `"true"`.',
    ],
  ])('causes a message with the remedy: %s as %s', (from, to, expected) => {
    expect(said(from, to)).toEqual([expected]);
  });
});

describe('a text that is not an id', () => {
  it.each([
    ['10.0.0.7', `An address is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['"fe80::1"', `An address is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['"*"', `Write each id in full; to choose nodes by what they have in common, ${BY_TAGS}`],
    ['"i-0123*"', `Write each id in full; to choose nodes by what they have in common, ${BY_TAGS}`],
    ['web-1.internal', `A name is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['10.0.0.7-web', `A name is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['web-10.0.0.7', `A name is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['I-0123456789ABCDEF0', 'Write `i-0123456789abcdef0`.'],
    ['instance/i-0123456789abcdef0', 'Write `i-0123456789abcdef0`.'],
  ])('causes a message with the remedy: %s', (written, remedy) => {
    const shown = written.startsWith('"') ? written : `"${written}"`;
    expect(said('i-0123456789abcdef0', written)).toEqual([`3: ${ID}; got ${shown} → ${remedy}`]);
  });
});
