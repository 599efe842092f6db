import { describe, expect, it } from 'vitest';
import { PLACE } from './anomaly-text.ts';
import {
  componentText,
  configurationText,
  MEMORY_ALARM,
  ONE_HOST,
  verdictsOf,
} from './configuration-text.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const NOTIFY = 'tiers: { critical: notify }';
const settings = (text: string) => configurationText({ settings: `settings: { ${text} }` });
const component = (...lines: readonly string[]) =>
  componentText(ONE_HOST, 'service: nginx.service', ...lines);
const alarm = (fields: string) =>
  component(`alarms: { a: { metric: memory, namespace: N, metricName: M, dimensions: {}, ${fields} } }`);
const anomaly = (fields: string) =>
  component(MEMORY_ALARM, `anomalies: { latency: { ${fields}, ${NOTIFY} } }`);
const monitor = (fields: string) => component(MEMORY_ALARM, `monitors: { queue: { ${fields}, ${NOTIFY} } }`);
const many = (count: number, entry: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => entry(index)).join(', ');
const people = (count: number) =>
  settings(
    `approvals: { people: { ${many(count, (index) => `p${index}: { email: p${index}@example.com }`)} } }`,
  );
const channels = (count: number) =>
  settings(
    `notify: { channels: { ${many(count, (index) => `c${index}: { type: teams, secretArn: "${SECRET}" }`)} } }`,
  );
const metrics = (count: number) =>
  anomaly(
    `expression: m0 + 1, metrics: { ${many(count, (index) => `m${index}: { namespace: N, metricName: M }`)} }`,
  );
const labels = (count: number) =>
  monitor(`endpoint: "http://10.0.1.2/", labels: { ${many(count, (index) => `l${index}: x`)} }`);
const dimensions = (count: number) =>
  anomaly(`namespace: N, metricName: M, dimensions: { ${many(count, (index) => `d${index}: x`)} }`);
const trigger = (text: string) =>
  configurationText({
    strategies: `strategies:\n  - { id: restart, trigger: { ${text} }, actions: [{ type: start_component }] }`,
  });
const window = (closed: string) =>
  configurationText({
    settings: 'settings: { window: nights }',
    windows: `windows: { nights: { closed: [{ ${closed} }] } }`,
  });
const traffic = (fields: string) => component(MEMORY_ALARM, `traffic: { ${fields} }`);
const REQUESTS = 'requests: { namespace: N, metricName: R }';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'nobody who approves',
    people(0),
    ['error invalid-value settings.approvals.people: expected at least one person; got an empty mapping'],
  ],
  ['50 people who approve', people(50), []],
  [
    '51 people who approve',
    people(51),
    ['error invalid-value settings.approvals.people: expected 50 people at most; got a mapping'],
  ],
  ['20 channels', channels(20), []],
  [
    '21 channels',
    channels(21),
    ['error wrong-length settings.notify.channels: expected 20 channels at most; got a mapping'],
  ],
  ['the largest level', alarm(`threshold: ${2 ** 360}`), []],
  ['the lowest level', alarm(`threshold: ${-(2 ** 360)}`), []],
  [
    'a level that is too large',
    alarm('threshold: 2.4e+108'),
    [
      'error out-of-range components.web.alarms.a.threshold: expected a number that CloudWatch accepts, at most 2^360; got 2.4e+108',
    ],
  ],
  [
    'a level that is too low',
    alarm('threshold: -2.4e+108'),
    [
      'error out-of-range components.web.alarms.a.threshold: expected a number that CloudWatch accepts, at most 2^360; got -2.4e+108',
    ],
  ],
  ['a period of 10 seconds', alarm('threshold: 1, periodSeconds: 10'), []],
  ['a period of 30 seconds', alarm('threshold: 1, periodSeconds: 30'), []],
  [
    'a period of 40 seconds',
    alarm('threshold: 1, periodSeconds: 40'),
    [
      'error invalid-value components.web.alarms.a.periodSeconds: expected 10, 20 or 30 seconds, or whole minutes; got 40',
    ],
  ],
  ['a period of 2 minutes', alarm('threshold: 1, periodSeconds: 2m'), []],
  ['data points of 20 seconds', anomaly(`${PLACE}, periodSeconds: 20`), []],
  [
    'data points of 40 seconds',
    anomaly(`${PLACE}, periodSeconds: 40`),
    [
      'error invalid-value components.web.anomalies.latency.periodSeconds: expected 10, 20 or 30 seconds, or whole minutes that divide an hour, such as 1m, 5m or 15m; got 40',
    ],
  ],
  ['data points of 20 minutes', anomaly(`${PLACE}, periodSeconds: 20m`), []],
  [
    'data points of 25 minutes',
    anomaly(`${PLACE}, periodSeconds: 25m`),
    [
      'error invalid-value components.web.anomalies.latency.periodSeconds: expected 10, 20 or 30 seconds, or whole minutes that divide an hour, such as 1m, 5m or 15m; got "25m"',
    ],
  ],
  ['10 metrics of an expression', metrics(10), []],
  [
    '11 metrics of an expression',
    metrics(11),
    [
      'error invalid-value components.web.anomalies.latency.metrics: expected at most 10 metrics; got a mapping',
    ],
  ],
  ['20 labels', labels(20), []],
  [
    '21 labels',
    labels(21),
    ['error invalid-value components.web.monitors.queue.labels: expected at most 20 labels; got a mapping'],
  ],
  ['30 dimensions', dimensions(30), []],
  [
    '31 dimensions',
    dimensions(31),
    [
      'error invalid-value components.web.anomalies.latency.dimensions: expected at most 30 dimensions; got a mapping',
    ],
  ],
  [
    'an alarm that is adopted by its ARN',
    component('alarms: { a: { metric: memory, adopt: "arn:aws:x" } }'),
    [
      'error invalid-value components.web.alarms.a.adopt: expected an alarm’s name, not its ARN; got "arn:aws:x"',
    ],
  ],
  [
    'an alarm that is adopted by a pattern',
    component('alarms: { a: { metric: memory, adopt: "web-*" } }'),
    [
      'error wildcard-selector components.web.alarms.a.adopt: expected one alarm’s exact name, without a wildcard; got "web-*"',
    ],
  ],
  [
    'no tag',
    componentText('targets: { tags: {} }', 'service: nginx.service', 'signals: [memory]'),
    [
      'error empty-selector components.web.targets.tags: expected at least one tag: an empty selector selects nothing; got an empty mapping',
    ],
  ],
  [
    'an analysis every 90 seconds',
    settings('analysis: { intervalSeconds: 90 }'),
    ['error invalid-value settings.analysis.intervalSeconds: expected whole minutes; got 90'],
  ],
  ['an analysis every 2 minutes', settings('analysis: { intervalSeconds: 2m }'), []],
  [
    'a graph that is not discovered by X-Ray',
    settings('graph: { discover: [ecs] }'),
    [
      'error discovery-without-xray settings.graph.discover: expected `xray` among them: `ecs` and `loadBalancers` only tell which component answers under an address that X-Ray has seen; got a list',
    ],
  ],
  [
    'a trigger without anything',
    trigger(''),
    [
      'error empty-trigger strategies[0].trigger: expected at least one of `metrics`, `statuses` and `causes`: a trigger without them matches nothing; got an empty mapping',
    ],
  ],
  ['a trigger of a cause', trigger('causes: [MEMORY_LEAK]'), []],
  ['a trigger of a status', trigger('statuses: [CRITICAL]'), []],
  ['a day that is closed', window('from: 2026-12-24, to: 2026-12-24'), []],
  [
    'days that end before they begin',
    window('from: 2026-12-24, to: 2026-12-23'),
    [
      'error dates-reversed windows.nights.closed[0].to: expected a day that is not before `from`; got "2026-12-23"',
    ],
  ],
  [
    'requests alone',
    traffic(REQUESTS),
    [
      'error invalid-value components.web.traffic: expected `failures`, `latency` or both beside `requests`; got a mapping',
    ],
  ],
  ['requests and their failures', traffic(`${REQUESTS}, failures: { namespace: N, metricName: F }`), []],
  ['requests and their latency', traffic(`${REQUESTS}, latency: { namespace: N, metricName: L }`), []],
];

/** Without the remedy: it is the description of the field. */
const messageIn = (verdict: string) => verdict.replace(/ → What it is: .*/, '');

describe('a value at a limit of the schema, or beyond it,', () => {
  it.each(CASES)('is judged in words that say what is allowed: %s', (_, text, said) => {
    expect(verdictsOf(text).map(messageIn)).toEqual(said);
  });
});
