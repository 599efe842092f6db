import { describe, expect, it } from 'vitest';
import { MEMORY_ALARM, problemsOf } from './configuration-text.ts';
import { ID, said, TEXT } from './sound-text.ts';

const VARIABLES =
  'Selfheal does not replace variables: write the value itself, or fill in the file beforehand, for example with `envsubst`.';

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
      MEMORY_ALARM,
      'alarms: { memory: { metric: memory, adopt: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop busy" } }',
      '5: expected an alarm’s name, not its ARN; got "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop busy" → Write `shop busy`; it must be an alarm in the account and Region that you deploy to.',
    ],
    [
      'i-0123456789abcdef0',
      'i-0123456789abcde',
      `3: ${ID}; got "i-0123456789abcde" → Copy it again: \`i-\` is followed by 8 or 17 hexadecimal digits, \`mi-\` by 17.`,
    ],
  ])('causes a message with the remedy: %s as %s', (from, to, expected) => {
    expect(said(from, to)).toEqual([expected]);
  });

  const targets = (selector: string) => ['instanceIds: [i-0123456789abcdef0]', selector] as const;

  it.each([
    ['nginx.service', '/lib/systemd/system/nginx.service', 'Write `nginx.service`.'],
    ['nginx.service', '"nginx.service "', 'Write `nginx.service`.'],
    ['maxConcurrentTargets: 1', 'configPaths: [/etc/nginx/nginx.conf/]', 'Write `/etc/nginx/nginx.conf`.'],
    ['maxConcurrentTargets: 1', 'tempPaths: [/var/cache//nginx]', 'Write `/var/cache/nginx`.'],
    ['[memory]', '[Memory]', 'Write `memory`.'],
    ['id: restart', 'id: restart_it', 'Write `restart-it`.'],
    ['  web:', '  Web_A:', 'Write `web-a`.'],
    ['  web:', '  5:', 'Choose another name.'],
    [
      'maxConcurrentTargets: 1',
      "health: { url: 'https://a.example.com/', hostUrl: 'HTTP://127.0.0.1/Up' }",
      'Write `http://127.0.0.1/Up`.',
    ],
    [...targets('lambdaAlias: "arn:aws:lambda:eu-west-1:1:function:orders:live"'), 'Write `orders:live`.'],
    [...targets('ecsService: "arn:aws:ecs:eu-west-1:1:service/shop/orders"'), 'Write `shop/orders`.'],
    [...targets('dbInstance: "arn:aws:rds:eu-west-1:1:db:orders-db"'), 'Write `orders-db`.'],
    [...targets('dbInstance: orders-db.c1.eu-west-1.rds.amazonaws.com'), 'Write `orders-db`.'],
    [
      ...targets('autoScalingGroup: "arn:aws:autoscaling:r:1:autoScalingGroup:u:autoScalingGroupName/web"'),
      'Write `web`.',
    ],
    [...targets('autoScalingGroup: " web"'), 'Write `web`.'],
    ['threshold: 90', 'threshold: 90, comparison: "=>"', 'Did you mean `>=`?'],
    [
      'threshold: 90',
      'threshold: 90, comparison: GreaterThanOrEqualToThreshold',
      'GreaterThanOrEqualToThreshold: write `>=`.',
    ],
    ['threshold: 90', 'threshold: 90, comparison: LessThanThreshold', 'LessThanThreshold: write `<`.'],
    [
      'start_component }',
      'isolate_network, params: { managementCidrs: [10.1.2.3] } }',
      'Write `10.1.2.3/32`.',
    ],
    [
      'start_component }',
      'isolate_network, params: { managementCidrs: ["fd00::1"] } }',
      'Write `fd00::1/128`.',
    ],
    [
      'maxConcurrentTargets: 1',
      'certificate: { keyFile: /etc/a/k.pem, certificateFile: /etc/a/c.pem, names: [a.example.com.] }',
      'Write `a.example.com`.',
    ],
    [
      'components:',
      'settings: { notify: { soc: [Ann <a@b.example>] } }\ncomponents:',
      'Write `a@b.example`.',
    ],
    ['threshold: 90', 'threshold: 1,000', 'Remove the comma before `000`: a comma ends a value.'],
    [
      'trigger: { metrics: [memory] }',
      'trigger: { metrics: [memory], statuses: [OFFLINE], cpu }',
      'Remove `cpu`; if it belongs to the value before it, put that in quotes, or several values in brackets: a comma ends a value.',
    ],
  ])('causes a message with what was meant: %s as %s', (from, to, remedy) => {
    expect(said(from, to)[0]?.split(' → ').at(-1)).toBe(remedy);
  });

  it.each([
    ['maxAttempts: 2', 'Remove `enabled`; write `mode: observe` if nothing is to be done.'],
    [
      'maxConcurrentTargets: 1',
      'Remove `enabled`; write `excluded: true` if the component is not to be healed.',
    ],
    ['params: {}', 'Remove `enabled`.'],
  ])('does not send a switch to where it would switch off something else: beside %s', (key, remedy) => {
    const [from, to] = key.startsWith('params')
      ? ['threshold: 90', 'threshold: 90, enabled: false']
      : [key, 'enabled: false'];
    expect(said(from, to)[0]?.split(' → ').at(-1)).toBe(remedy);
  });

  it('says that no alarm’s name has a tab', () => {
    expect(said(MEMORY_ALARM, 'alarms: { memory: { metric: memory, adopt: "shop\\tbusy" } }')[0]).toContain(
      'expected an alarm’s name, which has no control characters; got "shop\\tbusy"',
    );
  });

  it('names the part of an address that is too large', () => {
    for (const url of ['http://a.example.com:99999/', 'http://10.0.0.256/'])
      expect(said('maxConcurrentTargets: 1', `health: { url: '${url}' }`)[0]).toContain(
        `expected an address with a port of 65535 at most, and an IPv4 address, if any, of numbers up to 255; got "${url}"`,
      );
  });

  it.each([
    ['cooldownSeconds: 60', 'cooldown: 60', 'Did you mean `cooldownSeconds`?'],
    ['maxAttempts: 2', 'attempts: 2', 'Did you mean `maxAttempts`?'],
    ['strategies:', 'strategy:', 'Did you mean `strategies`?'],
    ['instanceIds: [', 'ids: [', 'Did you mean `instanceIds`?'],
    ['trigger: { metrics: [memory] }', 'metrics: [memory]', 'Move it under `trigger:`.'],
    ['trigger: { metrics: [', 'trigger: { metric: [', 'Did you mean `metrics`?'],
  ])('causes one problem, even if something else is missing then: %s as %s', (from, to, remedy) => {
    const problems = said(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.endsWith(` → ${remedy}`), problems[0]).toBe(true);
  });
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: that is what people write
describe('one slip in the YAML', () => {
  it('is recognised where a key is indented less than the other keys of its entry', () => {
    expect(said('    maxConcurrentTargets: 1', '  maxConcurrentTargets: 1')).toEqual([
      '6: `maxConcurrentTargets` is indented as if it were the name of an entry of `components` → Indent it as far as the other keys of `web`.',
    ]);
  });

  it('is reported in the parser’s words if there is no message for it', () => {
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
      'threshold: > 90',
      [
        "5: `>` means something else at the beginning of a value → Write `90` alone, and the comparison under its own key: `comparison: '>'`.",
      ],
    ],
    [
      'threshold: 90',
      'threshold: 90, comparison: >',
      ['5: `>` means something else at the beginning of a value → Put the value in quotes: `">"`.'],
    ],
    [
      '[memory]',
      '[#memory]',
      ['9: `#` means something else at the beginning of a value → Put the value in quotes: `"#memory"`.'],
    ],
    [
      'threshold: 90',
      'threshold: 90, dimensions: { Tier: "${TIER}" }',
      [`5: \`\${TIER}\` is taken literally → ${VARIABLES}`],
    ],
  ])('causes one message: %j as %j', (from, to, expected) => {
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
  ])('causes one message in plain words: %j as %j', (from, to, line, remedy) => {
    const problems = said(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${line}: `));
    expect(problems[0]?.endsWith(` → ${remedy}`), problems[0]).toBe(true);
  });

  it('does not include lines that end by a carriage return alone, or a byte order mark', () => {
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
