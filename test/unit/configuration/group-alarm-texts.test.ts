import { describe, expect, it } from 'vitest';
import { alarmsText, INFO } from './alarms-text.ts';
import { verdictsOf } from './configuration-text.ts';

const onGroup = (alarm: string, settings = '{ resourceTagsOnTelemetry: true, detailedMonitoring: true }') =>
  `settings: ${settings}\n${alarmsText('autoScalingGroup: web', `a: { ${alarm}, ${INFO} }`)}`;
const onTags = (alarm: string, settings?: string) =>
  onGroup(alarm, settings).replace('autoScalingGroup: web', 'tags: { role: web, stage: test }');

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a metric of EC2 by tags',
    onTags('metric: cpu, threshold: 9', '{ detailedMonitoring: true }'),
    [
      "error resource-tags-needed components.web.alarms.a: EC2 publishes `cpu` by instance alone, so the group's instances are found by their tags, which CloudWatch keeps with metrics only after “resource tags on telemetry” is enabled → Enable it in the settings of CloudWatch, then say so: `settings: { resourceTagsOnTelemetry: true }`. Or watch a metric of the CloudWatch agent with `namespace:`, `metricName:` and `dimensions:`.",
    ],
  ],
  ['a metric of EC2 by tags, which CloudWatch knows', onTags('metric: cpu, threshold: 9'), []],
  [
    'a metric of EC2 by a tag of AWS’s own',
    onGroup('metric: cpu, threshold: 9'),
    [
      'warning group-tag-unconfirmed components.web.alarms.a: the instances are found by their tag `aws:autoscaling:groupName`, and AWS does not say whether CloudWatch keeps tags of its own with metrics → Run the alarm’s query in the console. If it finds nothing, choose the targets by `tags:` that the group gives its instances at launch.',
    ],
  ],
  [
    'a metric of EC2 by other dimensions',
    onTags('metric: cpu, threshold: 9, dimensions: { ImageId: ami-1 }, perInstance: true'),
    [
      'error dimensions-needed components.web.alarms.a: EC2 publishes `cpu` by instance under no other dimension → Remove `dimensions:`, or set `perInstance: false` for one alarm over what they name.',
    ],
  ],
  [
    'a metric of the agent by tags',
    onTags('metric: memory, threshold: 9'),
    [
      'error dimensions-needed components.web.alarms.a: nothing distinguishes the metrics of these instances from those of others: metrics in `CWAgent` carry no tags → Publish the metric under a dimension of the group beside InstanceId, and name it: `dimensions: { AutoScalingGroupName: … }` with `perInstance: true`.',
    ],
  ],
  [
    'a metric of nowhere, for each of a group',
    onGroup('metric: rate, threshold: 9, perInstance: true, dimensions: { a: b }'),
    [
      'error metric-source-needed components.web.alarms.a: Selfheal does not know the CloudWatch metric of `rate`; it knows cpu, memory, disk, status_check; missing: namespace, metricName → Add `namespace:`, `metricName:` (`dimensions: {}` for a metric without any).',
    ],
  ],
  [
    'a name that would end the query',
    onGroup(
      `metric: rate, threshold: 9, namespace: N, metricName: 'M"x', perInstance: true, dimensions: { a: b }`,
    ),
    [
      'error invalid-format components.web.alarms.a: "M\\"x" can\'t be named in the query that watches the instances of a group: quotes and backslashes are not allowed there → Publish the metric, or tag the instances, under a name without them.',
    ],
  ],
  [
    'a percentile of each of a group',
    onGroup('metric: memory, threshold: 9, statistic: p99'),
    [
      "error no-group-statistic components.web.alarms.a.statistic: an alarm over the instances of a group can't compare p99; allowed: Average, Maximum, Minimum, SampleCount, Sum → Add a `statistic:` of these, such as `Maximum`.",
    ],
  ],
  [
    'the usual percentile of each of a group',
    onGroup(
      'metric: latency_p99, threshold: 9, namespace: N, metricName: M, perInstance: true, dimensions: { a: b }',
    ),
    [
      "error no-group-statistic components.web.alarms.a: an alarm over the instances of a group can't compare p99; allowed: Average, Maximum, Minimum, SampleCount, Sum → Add a `statistic:` of these, such as `Maximum`.",
    ],
  ],
  [
    'seconds of each of a group',
    onGroup('metric: memory, threshold: 9, periodSeconds: 30'),
    [
      'error no-group-period components.web.alarms.a.periodSeconds: an alarm over the instances of a group needs periods of a minute or more → Set `periodSeconds: 60`.',
    ],
  ],
  [
    'more than three hours of each of a group',
    onGroup('metric: memory, threshold: 9, periodSeconds: 7m, evaluationPeriods: 26'),
    [
      'error evaluation-too-long components.web.alarms.a.evaluationPeriods: 26 periods of 420 s are 10920 s; over the instances of a group, CloudWatch looks back 3 hours at most → Lower it to 25 or less, or shorten `periodSeconds`.',
    ],
  ],
  [
    'three hours of each of a group',
    onGroup('metric: memory, threshold: 9, periodSeconds: 2m, evaluationPeriods: 90'),
    [],
  ],
  [
    'missing points of each of a group',
    onGroup('metric: memory, threshold: 9, missingData: breaching'),
    [
      'error missing-data-unseen components.web.alarms.a.missingData: an instance of a group that sends nothing counts as OK, so missing points can never be bad → Remove it. To notice an instance that is gone, alarm on `status_check`, or watch a peer.',
    ],
  ],
];

describe('an alarm over each of a group', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
