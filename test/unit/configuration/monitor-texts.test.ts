import { describe, expect, it } from 'vitest';
import { HOST, PLACE } from './anomaly-text.ts';
import { componentText, MEMORY_ALARM, verdictsOf } from './configuration-text.ts';

const NOTIFY = 'tiers: { critical: notify }';

/** A component with one entry under `anomalies`, which only notifies. */
const anomaly = (entry: string, key = 'latency') =>
  componentText(...HOST, MEMORY_ALARM, 'anomalies:', `  ${key}: { ${[entry, NOTIFY].join(', ')} }`);
const onTarget = (targets: string, entry: string, key = 'latency') =>
  componentText(
    `targets: { ${targets} }`,
    'health: { url: "https://web.example.com/" }',
    'signals: [memory]',
    'anomalies:',
    `  ${key}: { ${entry}${NOTIFY} }`,
  ).replace('start_component', 'notify_soc');
const monitor = (entry: string) =>
  componentText(...HOST, MEMORY_ALARM, 'monitors:', `  queue: { ${entry}, ${NOTIFY} }`);
const joint = (entry: string) =>
  componentText(
    ...HOST,
    MEMORY_ALARM,
    'anomalies:',
    `  latency: { ${PLACE}, ${NOTIFY} }`,
    `  other: { detector: joint, of: [latency, latency2], ${NOTIFY} }`,
    `  latency2: { ${PLACE}, ${NOTIFY} }`,
    `  both: { ${entry}, ${NOTIFY} }`,
  );
const profiled = (profile: string, ...more: readonly string[]) =>
  componentText(
    ...HOST,
    MEMORY_ALARM,
    `profile: { ${[profile, NOTIFY].filter(Boolean).join(', ')} }`,
    ...more,
  );

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'one detector for nothing',
    joint('detector: joint'),
    [
      'error missing-key components.web.anomalies.both.detector: `of` is missing: the entries to be watched → Add `of`.',
    ],
  ],
  [
    'several series for one detector',
    joint('of: [latency, latency2]'),
    [
      'error missing-key components.web.anomalies.both.of: `detector: joint` is missing: no other detector watches several series → Add `detector: joint`.',
    ],
  ],
  [
    'a joint series of its own',
    joint(`detector: joint, of: [latency, latency2], ${PLACE}`),
    [
      'error conflicting-keys components.web.anomalies.both.namespace: `namespace` and `of` exclude each other: its values are those of other entries → Move `namespace` to an entry of its own, or remove it.',
    ],
  ],
  [
    'a joint series of a joint one',
    joint('detector: joint, of: [latency, other]'),
    [
      'error invalid-value components.web.anomalies.both.of[1]: `other` is no single series of the component; there are latency, latency2 → Name an entry under `anomalies`, `monitor/NAME`, or `profile/COLUMN`.',
    ],
  ],
  [
    'a joint series of far-fetched names',
    joint('detector: joint, of: [latency, requests]'),
    [
      'error invalid-value components.web.anomalies.both.of[1]: `requests` is no single series of the component; there are latency, latency2 → Name an entry under `anomalies`, `monitor/NAME`, or `profile/COLUMN`.',
    ],
  ],
  [
    'a joint series with a repetition',
    joint('detector: joint, of: [latency, latency]'),
    [
      'error repeated-value components.web.anomalies.both.of[0]: `latency` is named twice → Name it once.',
      'error repeated-value components.web.anomalies.both.of[1]: `latency` is named twice → Name it once.',
    ],
  ],
  [
    'a joint series in other steps',
    joint('detector: joint, of: [latency, latency2], periodSeconds: 1m'),
    [
      'error invalid-value components.web.anomalies.both.of[0]: `latency` has a data point every 300 s, and `both` every 60 s → Give all of them the same `periodSeconds`.',
      'error invalid-value components.web.anomalies.both.of[1]: `latency2` has a data point every 300 s, and `both` every 60 s → Give all of them the same `periodSeconds`.',
    ],
  ],
  [
    'a monitor without a source',
    monitor('unit: s'),
    [
      'error metric-source-needed components.web.monitors.queue: the source of its values is missing; expected one of `function`, `endpoint`, `events` → Add `function: name`, `endpoint: http://…` or `events: true`.',
    ],
  ],
  [
    'a monitor with two sources',
    monitor('function: figures, events: true'),
    [
      'error conflicting-keys components.web.monitors.queue.events: `function` and `events` exclude each other: the values of a monitor have one source → Remove one of them, or make it a monitor of its own.',
    ],
  ],
  [
    'a sample of events',
    monitor('events: true, sample: orders'),
    [
      'error conflicting-keys components.web.monitors.queue.sample: `sample` chooses among the samples of an `endpoint`, and this monitor has `events` → Remove `sample`.',
    ],
  ],
  [
    'labels of a function',
    monitor('function: figures, labels: { a: b }'),
    [
      'error conflicting-keys components.web.monitors.queue.labels: `labels` chooses among the samples of an `endpoint`, and this monitor has `function` → Remove `labels`.',
    ],
  ],
  ['the labels of an endpoint', monitor('endpoint: "http://10.0.1.2/", labels: { a: b }'), []],
  [
    'an endpoint that is read less often',
    monitor('endpoint: "http://10.0.1.2/", periodSeconds: 1m'),
    [
      'error out-of-range components.web.monitors.queue.periodSeconds: its endpoint is read every 300 s, and a data point of 60 s would mostly be missing → Write `periodSeconds: 300` or more, or a lower `settings.analysis.intervalSeconds`.',
    ],
  ],
  [
    'an endpoint of the function itself',
    monitor('endpoint: "http://127.0.0.1:9100/metrics"'),
    [
      'error unreachable-endpoint components.web.monitors.queue.endpoint: 127.0.0.1 is requested by a Lambda function, for which this address is the function itself, or is never routed → Write an address in the VPC; metrics on the host’s own loopback address are read by a `profile`.',
    ],
  ],
  [
    'events that nobody may send',
    `settings: { sources: { metrics: [] } }\n${monitor('events: true')}`,
    [
      'error metric-source-needed components.web.monitors.queue.events: no source may send `Selfheal Metric` events: `settings.sources.metrics` is empty → Add the sender’s event source to `settings.sources.metrics`, or remove the monitor.',
    ],
  ],
  [
    'a baseline that follows no changes',
    anomaly(`${PLACE}, detector: change`),
    [
      'error changes-needed components.web.anomalies.latency.detector: `detector` needs the changes of component `web`, which are not watched → Add `changes: {}` to the component, or remove `detector`.',
    ],
  ],
  [
    'a monitor that follows no changes',
    monitor('events: true, followChanges: true'),
    [
      'error changes-needed components.web.monitors.queue.followChanges: `followChanges` needs the changes of component `web`, which are not watched → Add `changes: {}` to the component, or remove `followChanges`.',
    ],
  ],
  [
    'a comparison that follows none',
    anomaly(`${PLACE}, detector: change, followChanges: false`),
    [
      'error changes-needed components.web.anomalies.latency.followChanges: `detector: change` compares what was before a change with what is after it, and is to follow none → Remove `followChanges: false`, or choose another detector.',
    ],
  ],
  ['a baseline that stays', anomaly(`${PLACE}, followChanges: false`), []],
  [
    'a heap without its endpoint',
    profiled('runtime: node'),
    [
      'error profile-not-possible components.web.profile.runtime: component `web` cannot have `profile.runtime`: `node` publishes its heap at an `endpoint`, which is missing → Add `endpoint`, such as http://127.0.0.1:9100/metrics.',
    ],
  ],
  [
    'metrics without their endpoint',
    profiled('custom: [queue]'),
    [
      'error profile-not-possible components.web.profile.custom: component `web` cannot have `profile.custom`: these are metrics of an `endpoint`, which is missing → Add `endpoint`.',
    ],
  ],
  [
    'a profile of init scripts',
    profiled('', 'serviceManager: sysv'),
    [
      'error profile-not-possible components.web.profile: component `web` cannot have a profile: the collector measures a systemd unit → Add `service`, or remove `profile`.',
    ],
  ],
  [
    'a profile of a function',
    onTarget('lambdaAlias: orders:live', '').replace('signals', `profile: { ${NOTIFY} }\n    signals`),
    [
      'error profile-not-possible components.web.profile: component `web` cannot have a profile: the collector runs on hosts, and it has a `lambdaAlias` target → Remove `profile`.',
      'error metric-source-needed components.web.anomalies.latency: Selfheal does not know the CloudWatch metric of `latency`; it knows cpu, memory, disk, status_check, errors, throttles, duration, throughput; missing: namespace, metricName, dimensions → Add `namespace:`, `metricName:`, `dimensions:` (`dimensions: {}` for a metric without any), or an `expression` with `metrics`.',
    ],
  ],
  [
    'a profile that costs money',
    profiled('').replace('i-0123456789abcdef1', 'mi-0123456789abcdef1'),
    [
      'warning no-host-metric components.web.alarms.memory: mi-0123456789abcdef1: a node outside EC2 has no metric under the dimension InstanceId unless something publishes it → Publish the metric under that dimension, or add `namespace:`, `metricName:` and `dimensions:`.',
      'error profile-not-possible components.web.profile: component `web` cannot have a profile: reading mi-0123456789abcdef1 every 5 minutes would cost $17.50 a month, as Run Command is not free on hybrid nodes → Remove `profile`, or the node.',
    ],
  ],
];

describe('a series of another source', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
