import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const METRICS = 'cpu, memory, disk, status_check, queue';
const GROUP = 'autoScalingGroup: web-asg';
const TAGS = 'tags: { role: web, stage: test }';
const WITH_TAGS = 'settings: { resourceTagsOnTelemetry: true, detailedMonitoring: true }';
const WITHOUT_TAGS = 'settings: { detailedMonitoring: true }';

const text = (targets: string, alarm: string, settings = '') =>
  configurationText({
    settings,
    components: `components:\n  web:\n    targets: { ${targets} }\n    service: a.service\n    signals: [${METRICS}]\n    alarms:\n      a: ${alarm}`,
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [${METRICS}] }, actions: [{ type: start_component }] }`,
  });

function expressionOf(targets: string, alarm: string, settings = WITH_TAGS): string | undefined {
  const loaded = loadConfiguration(text(targets, alarm, settings), 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const [planned] = plannedAlarms(loaded.configuration);
  return planned?.kind === 'query' ? planned.expression : undefined;
}

describe('the query of an alarm over each instance of a group', () => {
  it.each([
    [
      'memory of an Auto Scaling group',
      GROUP,
      '{ metric: memory, threshold: 90 }',
      `SELECT AVG("mem_used_percent") FROM "CWAgent" WHERE "AutoScalingGroupName" = 'web-asg' GROUP BY InstanceId ORDER BY MAX() DESC`,
    ],
    [
      'the fullest disk of each instance',
      GROUP,
      '{ metric: disk, threshold: 90 }',
      `SELECT MAX("disk_used_percent") FROM "CWAgent" WHERE "AutoScalingGroupName" = 'web-asg' GROUP BY InstanceId ORDER BY MAX() DESC`,
    ],
    [
      'CPU of an Auto Scaling group',
      GROUP,
      '{ metric: cpu, threshold: 90 }',
      `SELECT AVG("CPUUtilization") FROM SCHEMA("AWS/EC2", InstanceId) WHERE tag."aws:autoscaling:groupName" = 'web-asg' GROUP BY InstanceId ORDER BY MAX() DESC`,
    ],
    [
      'status checks of tagged instances',
      TAGS,
      '{ metric: status_check, threshold: 1 }',
      `SELECT MAX("StatusCheckFailed") FROM SCHEMA("AWS/EC2", InstanceId) WHERE tag."role" = 'web' AND tag."stage" = 'test' GROUP BY InstanceId ORDER BY MAX() DESC`,
    ],
    [
      'a metric of one’s own',
      TAGS,
      '{ metric: queue, threshold: 5, comparison: "<", statistic: Minimum, namespace: My/App, metricName: "Jobs left", dimensions: { role: web }, perInstance: true }',
      `SELECT MIN("Jobs left") FROM "My/App" WHERE "role" = 'web' GROUP BY InstanceId ORDER BY MIN() ASC`,
    ],
    [
      'a metric that must not fall to its threshold',
      TAGS,
      '{ metric: queue, threshold: 5, comparison: "<=", namespace: My/App, metricName: Workers, dimensions: { role: web }, perInstance: true }',
      `SELECT AVG("Workers") FROM "My/App" WHERE "role" = 'web' GROUP BY InstanceId ORDER BY MIN() ASC`,
    ],
    [
      'a metric of a group for which no dimension is named',
      GROUP,
      '{ metric: memory, threshold: 90, dimensions: {}, perInstance: true }',
      `SELECT AVG("mem_used_percent") FROM "CWAgent" WHERE "AutoScalingGroupName" = 'web-asg' GROUP BY InstanceId ORDER BY MAX() DESC`,
    ],
  ])('finds %s', (_, targets, alarm, expression) => {
    expect(expressionOf(targets, alarm)).toBe(expression);
  });

  it('does not exist where dimensions say what one ordinary alarm is to watch', () => {
    const alarm = '{ metric: cpu, threshold: 90, dimensions: { AutoScalingGroupName: web-asg } }';
    expect(expressionOf(GROUP, alarm, WITHOUT_TAGS)).toBeUndefined();
  });

  it('does not exist for instances that are known: each gets an alarm of its own', () => {
    const alarm =
      '{ metric: queue, threshold: 5, namespace: App, metricName: Jobs, dimensions: { queue: mail }, perInstance: true }';
    const ids = 'instanceIds: [i-0123456789abcdef0, i-0123456789abcdef1]';
    const loaded = loadConfiguration(text(ids, alarm), 'selfheal.yaml');
    expect(loaded.ok && plannedAlarms(loaded.configuration)).toMatchObject([
      { kind: 'threshold', dimensions: { queue: 'mail', InstanceId: 'i-0123456789abcdef0' } },
      { kind: 'threshold', dimensions: { queue: 'mail', InstanceId: 'i-0123456789abcdef1' } },
    ]);
  });
});

describe('an alarm over each instance of a group', () => {
  const key = 'components.web.alarms.a';
  const refuse = (
    targets: string,
    alarm: string,
    code: Parameters<typeof expectProblem>[1]['code'],
    path = key,
  ) =>
    expectProblem(
      text(targets, alarm, WITH_TAGS).replace(path === key ? 'a: {' : '▼', path === key ? '▼a: {' : '▼'),
      {
        code,
        path,
      },
    );

  it('EC2’s metrics need tags on telemetry, and the message says how to get them', () => {
    const { remedy } = expectProblem(
      text(TAGS, '{ metric: cpu, threshold: 90 }', WITHOUT_TAGS).replace('a: {', '▼a: {'),
      {
        code: 'resource-tags-needed',
        path: key,
      },
    );
    expect(remedy).toContain('resourceTagsOnTelemetry: true');
  });

  it('causes a warning for a tag of AWS’s own', () => {
    expectProblem(text(GROUP, '{ metric: cpu, threshold: 90 }', WITH_TAGS).replace('a: {', '▼a: {'), {
      code: 'group-tag-unconfirmed',
      path: key,
      severity: 'warning',
    });
  });

  it('needs dimensions where tagged instances publish a metric without tags', () => {
    refuse(TAGS, '{ metric: memory, threshold: 90 }', 'dimensions-needed');
  });

  it('needs none where EC2 publishes the metric by instance alone', () => {
    refuse(
      TAGS,
      '{ metric: cpu, threshold: 90, dimensions: { ImageId: ami-1 }, perInstance: true }',
      'dimensions-needed',
    );
  });

  it.each([
    ['percentiles', 'statistic: ▼p99', 'no-group-statistic', 'statistic'],
    ['periods under a minute', 'periodSeconds: ▼10s', 'no-group-period', 'periodSeconds'],
    [
      'more than three hours',
      'periodSeconds: 2m, evaluationPeriods: ▼91',
      'evaluation-too-long',
      'evaluationPeriods',
    ],
    ['missing points as bad ones', 'missingData: ▼breaching', 'missing-data-unseen', 'missingData'],
  ] as const)('cannot use %s', (_, more, code, last) => {
    refuse(GROUP, `{ metric: memory, threshold: 90, ${more} }`, code, `${key}.${last}`);
  });

  it('cannot use the percentile that is usual for its metric, of which it says nothing itself', () => {
    const place = 'namespace: N, metricName: M, dimensions: { tier: web }, perInstance: true';
    refuse(GROUP, `{ metric: latency_p99, threshold: 1, severity: INFO, ${place} }`, 'no-group-statistic');
  });

  it('may exist 200 times at most', () => {
    const components = (count: number) =>
      configurationText({
        components: `components:\n${Array.from(
          { length: count },
          (_, index) =>
            `  web-${index}: { targets: { autoScalingGroup: asg-${index} }, service: a.service, alarms: { m: { metric: memory, threshold: 90 } } }`,
        ).join('\n')}`,
      });
    expect(problemsOf(components(200))).toEqual([]);
    expect(problemsOf(components(201)).map(({ code }) => code)).toEqual(['too-many-group-alarms']);
  });

  it('allows no name that would end the query’s text', () => {
    const { ok } = loadConfiguration(
      text(`autoScalingGroup: "a' OR 'b"`, '{ metric: memory, threshold: 90 }'),
      'f',
    );
    expect(ok).toBe(false);
    const dimensions = `{ metric: queue, threshold: 1, namespace: N, metricName: M, perInstance: true, dimensions: { a: "x'y" } }`;
    expect(loadConfiguration(text(GROUP, dimensions), 'f').ok).toBe(false);
    const metricName = `{ metric: queue, threshold: 1, namespace: N, metricName: 'M"x', perInstance: true, dimensions: { a: b } }`;
    expect(loadConfiguration(text(GROUP, metricName), 'f').ok).toBe(false);
  });
});

it('an alarm over a group whose metric is nowhere to be found is refused for that alone', () => {
  const codes = problemsOf(text(GROUP, '{ metric: queue, threshold: 1 }', WITH_TAGS)).map(({ code }) => code);
  expect(codes).toEqual(['metric-source-needed']);
});
