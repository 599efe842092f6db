import { describe, expect, it } from 'vitest';
import { alarmsText, INFO } from './alarms-text.ts';
import { configurationText, ONE_HOST, verdictsOf } from './configuration-text.ts';

const PLACE = 'namespace: N, metricName: M, dimensions: {}';

const onHost = (...lines: readonly string[]) => alarmsText('instanceIds: [i-0123456789abcdef0]', ...lines);
const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `i-${(0xab000000 + index).toString(16)}`).join(', ');
/** A composite of two host metrics, on that many hosts. */
const combined = (hosts: number, more = '') =>
  alarmsText(
    `instanceIds: [${ids(hosts)}]`,
    `memory: { metric: memory, threshold: 90, ${INFO} }`,
    `disk: { metric: disk, threshold: 90, ${INFO} }`,
    ...(more === '' ? [] : [`${more}: { metric: other, threshold: 90, ${PLACE}, ${INFO} }`]),
    `all: { metric: all, allOf: [${['memory', 'disk', more].filter(Boolean).join(', ')}], ${INFO} }`,
  ).replace('signals', 'maxConcurrentTargets: 50\n    signals');
const named = (...components: readonly string[]) =>
  configurationText({
    components: [
      'components:',
      ...components.map(
        (lines, index) =>
          `  ${lines.replace('HOST', `${ONE_HOST}, service: s${index}.service, signals: [memory]`)}`,
      ),
    ].join('\n'),
  });
const custom = `{ metric: m, threshold: 1, ${PLACE}, ${INFO} }`;

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a metric that nobody knows',
    onHost(`a: { metric: rate, threshold: 1, ${INFO} }`),
    [
      'error metric-source-needed components.web.alarms.a: Selfheal does not know the CloudWatch metric of `rate`; it knows cpu, memory, disk, status_check; missing: namespace, metricName, dimensions → Add `namespace:`, `metricName:`, `dimensions:` (`dimensions: {}` for a metric without any).',
    ],
  ],
  [
    'a metric without its name',
    onHost(`a: { metric: rate, threshold: 1, namespace: N, dimensions: {}, ${INFO} }`),
    [
      'error metric-source-needed components.web.alarms.a: Selfheal does not know the CloudWatch metric of `rate`; it knows cpu, memory, disk, status_check; missing: metricName → Add `metricName:` (`dimensions: {}` for a metric without any).',
    ],
  ],
  [
    'a metric per instance',
    onHost(`a: { metric: rate, threshold: 1, perInstance: true, ${INFO} }`),
    [
      'error metric-source-needed components.web.alarms.a: Selfheal does not know the CloudWatch metric of `rate`; it knows cpu, memory, disk, status_check; missing: namespace, metricName → Add `namespace:`, `metricName:` (`dimensions: {}` for a metric without any).',
    ],
  ],
  [
    'a metric of a database',
    alarmsText('dbInstance: shop', `a: { metric: rate, threshold: 1, ${INFO} }`),
    [
      'error metric-source-needed components.web.alarms.a: Selfheal does not know the CloudWatch metric of `rate`; it knows cpu, connections, free_memory, free_storage, disk_queue, read_latency, write_latency, replica_lag; missing: namespace, metricName, dimensions → Add `namespace:`, `metricName:`, `dimensions:` (`dimensions: {}` for a metric without any).',
    ],
  ],
  [
    'a metric of a custom target',
    alarmsText('custom: shop', `a: { metric: rate, threshold: 1, ${INFO} }`),
    [
      'error metric-source-needed components.web.alarms.a: Selfheal does not know the CloudWatch metric of `rate`; it knows metrics of hosts; missing: namespace, metricName, dimensions → Add `namespace:`, `metricName:`, `dimensions:` (`dimensions: {}` for a metric without any).',
    ],
  ],
  [
    'nodes outside EC2',
    alarmsText(
      'instanceIds: [mi-0123456789abcdef0, i-0123456789abcdef0, mi-0123456789abcdef1]',
      `a: { metric: cpu, threshold: 1, periodSeconds: 5m, ${INFO} }`,
    ),
    [
      'warning no-host-metric components.web.alarms.a: mi-0123456789abcdef0, mi-0123456789abcdef1: a node outside EC2 has no metric under the dimension InstanceId unless something publishes it → Publish the metric under that dimension, or add `namespace:`, `metricName:` and `dimensions:`.',
    ],
  ],
  [
    'a metric of one’s own on a node outside EC2',
    alarmsText(
      'instanceIds: [mi-0123456789abcdef0]',
      `a: { metric: m, threshold: 1, ${PLACE}, perInstance: true, ${INFO} }`,
    ),
    [],
  ],
  [
    'all mounts by the average, which is the default',
    onHost(
      `a: { metric: m, threshold: 9, namespace: CWAgent, metricName: disk_free, dimensions: {}, ${INFO} }`,
    ),
    [
      'warning mounts-mixed components.web.alarms.a: Average mixes all mounts of a host, so that a single one that is `>= 9` does not show → Write `statistic: Maximum`, or name one mount with `dimensions:` with `path`, `device`, `fstype` and `InstanceId`.',
    ],
  ],
  [
    'all mounts of what is left',
    onHost(
      `a: { metric: m, threshold: 9, comparison: '<=', namespace: CWAgent, metricName: disk_free, dimensions: {}, statistic: Sum, ${INFO} }`,
    ),
    [
      'warning mounts-mixed components.web.alarms.a.statistic: Sum mixes all mounts of a host, so that a single one that is `<= 9` does not show → Write `statistic: Minimum`, or name one mount with `dimensions:` with `path`, `device`, `fstype` and `InstanceId`.',
    ],
  ],
  [
    'the average of another metric of the agent',
    onHost(
      `a: { metric: m, threshold: 9, namespace: CWAgent, metricName: mem_free, dimensions: {}, ${INFO} }`,
    ),
    [],
  ],
  [
    'the average of disks that someone else measures',
    onHost(`a: { metric: m, threshold: 9, namespace: Shop, metricName: disk_free, dimensions: {}, ${INFO} }`),
    [],
  ],
  [
    'more bad points than points',
    onHost(`a: { metric: m, threshold: 1, ${PLACE}, evaluationPeriods: 2, datapointsToAlarm: 3, ${INFO} }`),
    [
      'error datapoints-exceed-periods components.web.alarms.a.datapointsToAlarm: 3 bad points can never be among 2; at most `evaluationPeriods` is allowed → Lower it to 2 or less, or raise `evaluationPeriods`.',
    ],
  ],
  [
    'as many bad points as points',
    onHost(`a: { metric: m, threshold: 1, ${PLACE}, evaluationPeriods: 2, datapointsToAlarm: 2, ${INFO} }`),
    [],
  ],
  [
    'more than a day of short periods',
    onHost(`a: { metric: m, threshold: 1, ${PLACE}, periodSeconds: 30m, evaluationPeriods: 49, ${INFO} }`),
    [
      'error evaluation-too-long components.web.alarms.a.evaluationPeriods: 49 periods of 1800 s are 88200 s; CloudWatch looks back 86400 s at most (1d for periods under 1h) → Lower it to 48 or less, or shorten `periodSeconds`.',
    ],
  ],
  [
    'more than a week of long periods',
    onHost(`a: { metric: m, threshold: 1, ${PLACE}, periodSeconds: 5h, evaluationPeriods: 34, ${INFO} }`),
    [
      'error evaluation-too-long components.web.alarms.a.evaluationPeriods: 34 periods of 18000 s are 612000 s; CloudWatch looks back 604800 s at most (7d) → Lower it to 33 or less, or shorten `periodSeconds`.',
    ],
  ],
  ['as many children as CloudWatch allows', combined(50), []],
  [
    'a child too many',
    combined(50, 'other'),
    [
      'error composite-too-large components.web.alarms.all.allOf: with an alarm for each instance it has 101 children and a rule of 4233 characters; CloudWatch allows 100 and 10240 → Combine fewer alarms, shorten their names, or give them `dimensions:` that cover all instances.',
    ],
  ],
  [
    'another alarm’s name',
    named(`web: { HOST, alarms: { a-b: ${custom} } }`, `web-a: { HOST, alarms: { b: ${custom} } }`),
    [
      'error alarm-name-collision components.web-a.alarms.b: its CloudWatch name `selfheal-web-a-b` is also that of components.web.alarms.a-b → Rename the alarm or the component.',
    ],
  ],
  [
    'the name of an alarm that Selfheal creates',
    named(`web: { HOST, alarms: { a: ${custom}, b: { metric: m, adopt: selfheal-web-a, ${INFO} } } }`),
    [
      'error alarm-name-collision components.web.alarms.b: its CloudWatch name `selfheal-web-a` is also that of components.web.alarms.a → Remove the adoption: Selfheal creates that alarm.',
    ],
  ],
  [
    'an alarm that is adopted twice',
    named(
      `web: { HOST, alarms: { a: { metric: m, adopt: high, ${INFO} } } }`,
      `db: { HOST, alarms: { b: { metric: m, adopt: high, ${INFO} } } }`,
    ),
    [
      'error alarm-adopted-twice components.db.alarms.b.adopt: the alarm `high` is already adopted by components.web; an alarm can belong to one component only → Adopt it once, or create an alarm for this component.',
    ],
  ],
  [
    'a metric of each host, of a function',
    alarmsText('lambdaAlias: orders:live', `a: { metric: cpu, threshold: 9, ${INFO} }`),
    [
      'error dimensions-needed components.web.alarms.a: `cpu` is measured on each instance, and component `web` has none → Watch `errors`, `throttles`, `duration`, `throughput`, which are known. Name the metric with `namespace:`, `metricName:` and `dimensions:`, or adopt an alarm.',
    ],
  ],
  [
    'a metric of each host, of a custom target',
    alarmsText('custom: shop', `a: { metric: cpu, threshold: 9, ${INFO} }`),
    [
      'error dimensions-needed components.web.alarms.a: `cpu` is measured on each instance, and component `web` has none → Name the metric with `namespace:`, `metricName:` and `dimensions:`, or adopt an alarm.',
    ],
  ],
  [
    'what is left of a database, when there is plenty',
    alarmsText('dbInstance: shop', `a: { metric: free_memory, threshold: 9, ${INFO} }`),
    [
      "error inverted-alarm components.web.alarms.a: little of `free_memory` is bad, and this alarm rings while it is `>= 9` → Write `comparison: '<'`.",
    ],
  ],
  [
    'what is left of a database',
    alarmsText('dbInstance: shop', `a: { metric: free_memory, threshold: 9, comparison: '<', ${INFO} }`),
    [],
  ],
  [
    'what is left elsewhere, by its own name',
    alarmsText('dbInstance: shop', `a: { metric: free_memory, threshold: 9, ${PLACE}, ${INFO} }`),
    [],
  ],
  [
    'a period that EC2 does not have',
    onHost(`a: { metric: cpu, threshold: 9, periodSeconds: 30, ${INFO} }`),
    [
      'error period-too-short components.web.alarms.a.periodSeconds: AWS/EC2 publishes CPUUtilization once a minute at most; with periods of 30 s the alarm lapses into INSUFFICIENT_DATA between its points → Write `5m` or more.',
    ],
  ],
  [
    'a period between EC2’s points',
    onHost(`a: { metric: cpu, threshold: 9, periodSeconds: 1m, ${INFO} }`),
    [
      'warning period-too-short components.web.alarms.a.periodSeconds: EC2 publishes CPUUtilization every 5 minutes for an instance without detailed monitoring; until its next point, the alarm stays red after a good repair → Leave it out for 5 minutes; or enable detailed monitoring on all instances with such alarms, then write `settings: { detailedMonitoring: true }`.',
    ],
  ],
  [
    'a period between points that are always far apart',
    onHost(
      `a: { metric: c, threshold: 9, namespace: AWS/EC2, metricName: CPUCreditBalance, dimensions: {}, periodSeconds: 1m, ${INFO} }`,
    ),
    [
      'warning period-too-short components.web.alarms.a.periodSeconds: EC2 publishes CPUCreditBalance every 5 minutes; until its next point, the alarm stays red after a good repair → Leave it out for 5 minutes.',
    ],
  ],
  [
    'a period of status checks',
    onHost(`a: { metric: status_check, threshold: 1, periodSeconds: 1m, ${INFO} }`),
    [],
  ],
  [
    'seconds of a load balancer',
    onHost(
      `a: { metric: c, threshold: 9, namespace: AWS/ApplicationELB, metricName: M, dimensions: {}, periodSeconds: 10, ${INFO} }`,
    ),
    [
      'error period-too-short components.web.alarms.a.periodSeconds: AWS/ApplicationELB publishes M once a minute at most; with periods of 10 s the alarm lapses into INSUFFICIENT_DATA between its points → Write `1m` or more.',
    ],
  ],
  [
    'seconds of a metric of one’s own',
    onHost(`a: { metric: c, threshold: 9, ${PLACE}, periodSeconds: 10, ${INFO} }`),
    [],
  ],
];

describe('an alarm', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
