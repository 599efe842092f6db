import { describe, expect, it } from 'vitest';
import { problemsOf } from './configuration-text.ts';

const TEXT = `components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms: { memory: { metric: memory, threshold: 90 } }
    maxConcurrentTargets: 1
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    actions: [{ type: start_component }]
    maxAttempts: 2
    cooldownSeconds: 60
`;

/** Each problem of a sound text in which one thing was replaced, as `line: message → remedy`. */
function said(from: string, to: string): readonly string[] {
  expect(TEXT).toContain(from);
  return problemsOf(TEXT.replace(from, () => to)).map(
    ({ line, message, remedy }) => `${line}: ${message} → ${remedy}`,
  );
}

const DURATION = 'expected a whole number of seconds, or whole numbers with units: 30s, 5m, 2h, 1d, 1h30m';
const ID = 'expected an EC2 instance id (i-0123456789abcdef0) or a managed node id (mi-…)';
const BY_TAGS = 'use `targets: { tags: { key: value } }`.';
const AN_ID = 'write the one that `aws ssm describe-instance-information` lists';
const VARIABLES =
  'Selfheal does not replace variables: write the value itself, or fill in the file beforehand, for example with `envsubst`.';

describe('a value that is written in another way', () => {
  it('is sound: an untouched text has no problem', () => {
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
    ['[5m]', 'a list', 'Write it like `30s`, `5m`, `2h`, `1d` or `1h30m`.'],
  ])('cooldownSeconds: %s', (written, shown, remedy) => {
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
      '5: the name "Free Memory" is not allowed; expected a lower-case letter, then letters, digits or hyphens, 63 at most → Choose another name.',
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
  ])('%s as %s', (from, to, expected) => {
    expect(said(from, to)).toEqual([expected]);
  });
});

describe('a value with a slip in it', () => {
  const UNIT = 'expected a systemd unit with its suffix, such as nginx.service';

  it.each([
    [
      'nginx.service',
      '“nginx.service”',
      `4: ${UNIT}; got "“nginx.service”" → Write \`nginx.service\`, with plain quotes (or none) and plain spaces.`,
    ],
    ['threshold: 90', 'threshold: “90”', '5: expected a number; got "“90”" → Remove the quotes: write `90`.'],
    ['nginx.service', 'nginx.socket', `4: ${UNIT}; got "nginx.socket" → Did you mean \`nginx.service\`?`],
    ['nginx.service', 'Nginx.Service', `4: ${UNIT}; got "Nginx.Service" → Did you mean \`Nginx.service\`?`],
    ['maxAttempts: 2', 'maxAttempts: 2;', '11: expected a number; got "2;" → Write `2`.'],
    ['threshold: 90', 'threshold: 90 // two', '5: expected a number; got "90 // two" → Write `90`.'],
    ['maxAttempts: 2', 'maxAttempts: 2 // two', '11: expected a number; got "2 // two" → Write `2`.'],
    ['threshold: 90', "threshold: '0,9'", '5: expected a number; got "0,9" → Write `0.9`.'],
    ['threshold: 90', 'threshold: .nan', '5: expected a number; got NaN → Write a finite number.'],
    ['maxAttempts: 2', 'maxAttempts: .inf', '11: expected a number; got Infinity → Write a finite number.'],
    [
      '{ metrics: [memory] }',
      '[memory]',
      '9: expected a mapping (`key: value` lines); got a list → Write `{ metrics: [memory] }`.',
    ],
    [
      '{ metrics: [memory] }',
      '[OFFLINE]',
      '9: expected a mapping (`key: value` lines); got a list → Write `{ statuses: [OFFLINE] }`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'health: https://a.example.com/',
      '6: expected a mapping (`key: value` lines); got "https://a.example.com/" → Write `{ url: https://a.example.com/ }`.',
    ],
    [
      'alarms: { memory: { metric: memory, threshold: 90 } }',
      'alarms: { memory: { metric: memory, adopt: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop busy" } }',
      '5: expected an alarm’s name, not its ARN; got "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop busy" → Write `shop busy`.',
    ],
    [
      'i-0123456789abcdef0',
      'i-0123456789abcde',
      `3: ${ID}; got "i-0123456789abcde" → Copy it again: \`i-\` is followed by 8 or 17 hexadecimal digits, \`mi-\` by 17.`,
    ],
  ])('%s as %s', (from, to, expected) => {
    expect(said(from, to)).toEqual([expected]);
  });

  it.each([
    ['cooldownSeconds: 60', 'cooldown: 60', 'Did you mean `cooldownSeconds`?'],
    ['maxAttempts: 2', 'attempts: 2', 'Did you mean `maxAttempts`?'],
    ['strategies:', 'strategy:', 'Did you mean `strategies`?'],
    ['instanceIds: [', 'ids: [', 'Did you mean `instanceIds`?'],
    ['trigger: { metrics: [memory] }', 'metrics: [memory]', 'Move it under `trigger:`.'],
    ['trigger: { metrics: [', 'trigger: { metric: [', 'Did you mean `metrics`?'],
  ])('is one problem, also if something else is missing then: %s as %s', (from, to, remedy) => {
    const problems = said(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.endsWith(` → ${remedy}`), problems[0]).toBe(true);
  });
});

describe('an id that is none', () => {
  it.each([
    ['10.0.0.7', `An address is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['"fe80::1"', `An address is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['"*"', `Write each id in full; to choose nodes by what they have in common, ${BY_TAGS}`],
    ['"i-0123*"', `Write each id in full; to choose nodes by what they have in common, ${BY_TAGS}`],
    ['web-1.internal', `A name is not an id: ${AN_ID}, or ${BY_TAGS}`],
    ['I-0123456789ABCDEF0', 'Write `i-0123456789abcdef0`.'],
    ['instance/i-0123456789abcdef0', 'Write `i-0123456789abcdef0`.'],
  ])('%s', (written, remedy) => {
    const shown = written.startsWith('"') ? written : `"${written}"`;
    expect(said('i-0123456789abcdef0', written)).toEqual([`3: ${ID}; got ${shown} → ${remedy}`]);
  });
});

describe('a key in the wrong place', () => {
  const TOP = 'settings, windows, groups, components, actions, strategies, watchdog, peers';
  const COMPONENT =
    'group, targets, service, serviceManager, health, configPaths, tempPaths, database, certificate, release, codeDeploy, appConfig, rules, targetGroup, loadBalancer, taskRoles, alarms, anomalies, monitors, profile, signals, maxConcurrentTargets';

  it.each([
    [
      'components:',
      'maxConcurrentRepairs: 2\ncomponents:',
      '1',
      'maxConcurrentRepairs',
      TOP,
      'Move it under `settings:`.',
    ],
    [
      '    service:',
      '    hostUrl: http://a/\n    service:',
      '4',
      'hostUrl',
      COMPONENT,
      'Move it under `health:`.',
    ],
    [
      '    service:',
      '    maxAttempts: 2\n    service:',
      '4',
      'maxAttempts',
      COMPONENT,
      'Move it under an entry of `strategies:`.',
    ],
    [
      '    service:',
      '    maxInFlight: 2\n    service:',
      '4',
      'maxInFlight',
      COMPONENT,
      'Move it under an entry of `groups:`.',
    ],
    ['    service:', '    frobnicate: 2\n    service:', '4', 'frobnicate', COMPONENT, 'Remove `frobnicate`.'],
    [
      '    maxAttempts',
      '    consecutiveFailures: 2\n    maxAttempts',
      '11',
      'consecutiveFailures',
      'id, name, components',
      'Move it under `trigger:`.',
    ],
    [
      '    maxAttempts',
      '    stableSeconds: 5s\n    maxAttempts',
      '11',
      'stableSeconds',
      'id, name, components',
      'Move it under `verify:`.',
    ],
    [
      'start_component }',
      'start_component, mode: restart }',
      '10',
      'mode',
      'type, params, timeoutSeconds, onError',
      'Move it under `params:`.',
    ],
  ])('is refused with the place it belongs to: %j, %j', (from, to, line, key, allowed, remedy) => {
    const [problem, ...more] = said(from, to);
    expect(problem).toMatch(`${line}: \`${key}\` is not a key here; allowed: ${allowed}`);
    expect(problem?.endsWith(` → ${remedy}`), problem).toBe(true);
    expect(more).toEqual([]);
  });
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: that is what people write
describe('one slip in the YAML', () => {
  it('is recognised where a key is indented less than the other keys of its entry', () => {
    expect(said('    maxConcurrentTargets: 1', '  maxConcurrentTargets: 1')).toContainEqual(
      expect.stringMatching(
        /^6: .* → `maxConcurrentTargets` is a key of an entry of `components`: indent it as far as /,
      ),
    );
  });

  it('reports a fault without a message of ours in the parser’s words', () => {
    expect(said('service: nginx', 'service: "a\\q"')).toEqual([
      '4: not valid YAML: Invalid escape sequence \\q → Correct the syntax; usually an indent, a quote or a bracket is missing just before.',
    ]);
  });

  const TAB = 'a tab; YAML indents with spaces only → Replace the tab with spaces.';

  it.each([
    ['    service:', '\tservice:', [`4: ${TAB}`]],
    ['    service:', '  \t  service:', [`4: ${TAB}`]],
    ['    maxAttempts', '\tmaxAttempts', [`11: ${TAB}`]],
    [
      '    service: nginx.service\n    alarms',
      '\tservice: nginx.service\n\talarms',
      [`4: ${TAB}`, `5: ${TAB}`],
    ],
    [
      'maxAttempts: 2',
      'maxAttempts:2',
      ['11: `maxAttempts:2` has no space after the colon → Write `maxAttempts: 2`.'],
    ],
    [
      'service: nginx',
      'service:nginx',
      ['4: `service:nginx.service` has no space after the colon → Write `service: nginx.service`.'],
    ],
    [
      '- id: restart',
      '- id:restart',
      ['8: `id:restart` has no space after the colon → Write `id: restart`.'],
    ],
    [
      '- id: restart',
      '-id: restart',
      ['8: `-id: restart` has no space after the dash → Write `- id: restart`.'],
    ],
    [
      'metric: memory',
      'metric:memory',
      ['5: `metric:memory` has no space after the colon, so all of it is a key → Write `metric: memory`.'],
    ],
    [
      '[memory]',
      '[${METRIC}]',
      [`9: \`\${METRIC}\` is a variable, which is not valid YAML here → ${VARIABLES}`],
    ],
    [
      'maxAttempts: 2',
      'maxAttempts: {{ attempts }}',
      [`11: \`{{ attempts }}\` is a variable, which is not valid YAML here → ${VARIABLES}`],
    ],
    [
      'maxAttempts: 2',
      'maxAttempts: ${ATTEMPTS}',
      [`11: expected a number; got "\${ATTEMPTS}" → ${VARIABLES}`],
    ],
    [
      'nginx.service',
      '${SERVICE}',
      [`4: expected a systemd unit with its suffix, such as nginx.service; got "\${SERVICE}" → ${VARIABLES}`],
    ],
    [
      'threshold: 90',
      'threshold: 90, dimensions: { Tier: "${TIER}" }',
      [`5: \`\${TIER}\` is taken literally → ${VARIABLES}`],
    ],
  ])('gives one message: %j as %j', (from, to, expected) => {
    expect(said(from, to)).toEqual(expected);
    const windows = TEXT.replace(from, () => to).replaceAll('\n', '\r\n');
    expect(problemsOf(windows).map(({ line }) => `${line}`)).toEqual(
      expected.map((text) => text.split(':')[0]),
    );
  });

  it.each([
    ['    service:', '\u00a0   service:', 4, 'Replace it with a plain space.'],
    ['service: nginx', 'service:\u00a0nginx', 4, 'Replace it with a plain space.'],
    ['    service:', '   service:', 4, 'Let all entries of one mapping or list begin in the same column.'],
    ['    service:', '      service:', 4, 'Let all entries of one mapping or list begin in the same column.'],
    ['  - id: restart', '  -id: restart', 8, 'Write `- id: restart`.'],
    [
      '  - id: restart',
      '  id: restart',
      8,
      'Indent the lines below like this one, or write the `- ` that is missing before it.',
    ],
    ['maxAttempts: 2', 'maxAttempts: >= 2', 11, 'Put the value in quotes: `">= 2"`.'],
    ['maxAttempts: 2', 'maxAttempts: @2', 11, 'Put the value in quotes: `"@2"`.'],
    ['    maxAttempts: 2', '<<<<<<< HEAD', 11, 'Keep one of the two versions, and remove the markers.'],
    ['[memory]', '[memory', 9, 'Write `]` where it ends, usually at the end of the line above.'],
    ['maxAttempts: 2', '<<: 5', 11, 'Write `<<: *name`, with the anchor of a mapping, or remove the line.'],
  ])('gives one message in plain words: %j as %j', (from, to, line, remedy) => {
    const problems = said(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${line}: `));
    expect(problems[0]?.endsWith(` → ${remedy}`), problems[0]).toBe(true);
  });

  it('is none in lines that end by a carriage return alone, nor behind a byte order mark', () => {
    expect(problemsOf(TEXT.replaceAll('\n', '\r'))).toEqual([]);
    expect(problemsOf(`\ufeff${TEXT}`)).toEqual([]);
  });

  it('accepts tabs within text', () => {
    const text = TEXT.replace(
      'start_component }',
      "start_component }, { type: notify_soc, params: { message: 'a\tb' } }",
    );
    expect(problemsOf(text)).toEqual([]);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: that is what people write
