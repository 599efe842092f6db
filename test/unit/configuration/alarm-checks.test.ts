import { describe, expect, it } from 'vitest';
import { componentText, expectProblem, ONE_HOST, problemsOf } from './configuration-text.ts';

const MEMORY = 'memory: { metric: memory, threshold: 90 }';
const BY_TAG = 'targets: { tags: { tier: web } }';

const withAlarms = (targets: string, ...alarms: readonly string[]) =>
  componentText(
    targets,
    'service: nginx.service',
    'signals: [memory]',
    'health: { url: "https://web.example.com/health" }',
    'alarms:',
    ...alarms.map((line) => `  ${line}`),
  );

const CUSTOM = 'metric: memory, threshold: 1, namespace: N, metricName: M, dimensions: {}';

describe('a threshold alarm', () => {
  it.each([
    ['cpu', 'resource-tags-needed'],
    ['memory', 'dimensions-needed'],
    ['disk', 'dimensions-needed'],
    ['status_check', 'resource-tags-needed'],
  ] as const)('a threshold alarm on %s needs more where tags choose the targets', (metric, code) => {
    expectProblem(withAlarms(BY_TAG, `▼host: { metric: ${metric}, threshold: 1, severity: INFO }`), {
      code,
      path: 'components.web.alarms.host',
    });
  });

  it('a host metric may have dimensions when tags choose the targets', () => {
    const alarm = 'cpu: { metric: memory, threshold: 90, dimensions: { AutoScalingGroupName: web } }';
    expect(problemsOf(withAlarms(BY_TAG, alarm))).toEqual([]);
  });

  it('any other metric needs its namespace and name in CloudWatch', () => {
    const problem = expectProblem(
      withAlarms(ONE_HOST, '▼rate: { metric: error_rate, threshold: 1, severity: INFO }'),
      {
        code: 'metric-source-needed',
        path: 'components.web.alarms.rate',
      },
    );
    expect(problem.message).toContain('it knows cpu, memory, disk, status_check;');
    expect(problem.message).toContain('missing: namespace, metricName, dimensions');
    expect(problem.remedy).toMatch(/^Add `namespace:`, `metricName:`, `dimensions:` \(/);
  });

  it('names only the part of the metric that is missing', () => {
    const alarm = '▼rate: { metric: error_rate, threshold: 1, severity: INFO, namespace: N, metricName: M }';
    const problem = expectProblem(withAlarms(ONE_HOST, alarm), {
      code: 'metric-source-needed',
      path: 'components.web.alarms.rate',
    });
    expect(problem.message).toContain('missing: dimensions');
  });

  it('causes a warning on a node outside EC2, which has no such metric', () => {
    expectProblem(withAlarms('targets: { instanceIds: [mi-0123456789abcdef0] }', `▼${MEMORY}`), {
      code: 'no-host-metric',
      path: 'components.web.alarms.memory',
      severity: 'warning',
    });
  });

  it('cannot wait for more bad points than it looks at', () => {
    const alarm = 'memory: { metric: memory, threshold: 90, evaluationPeriods: 2, datapointsToAlarm: ▼3 }';
    expectProblem(withAlarms(ONE_HOST, alarm), {
      code: 'datapoints-exceed-periods',
      path: 'components.web.alarms.memory.datapointsToAlarm',
    });
  });

  it.each([
    ['30m', 49],
    ['59m', 25],
    ['2h', 85],
  ])('an alarm with a period of %s cannot look back over %i of them', (period, periods) => {
    const alarm = `a: { ${CUSTOM}, periodSeconds: ${period}, evaluationPeriods: ▼${periods} }`;
    expectProblem(withAlarms(ONE_HOST, alarm), {
      code: 'evaluation-too-long',
      path: 'components.web.alarms.a.evaluationPeriods',
    });
  });

  it.each([
    ['30m', 48],
    ['59m', 24],
    ['1h', 100],
    ['2h', 84],
  ])('an alarm with a period of %s may look back over %i of them', (period, periods) => {
    const alarm = `a: { ${CUSTOM}, periodSeconds: ${period}, evaluationPeriods: ${periods} }`;
    expect(problemsOf(withAlarms(ONE_HOST, alarm))).toEqual([]);
  });
});

describe('a composite alarm', () => {
  it('cannot have more children than CloudWatch allows, counting one for each instance', () => {
    const ids = Array.from({ length: 34 }, (_, index) => `i-${(0xab000000 + index).toString(16)}`);
    const problem = expectProblem(
      withAlarms(
        `targets: { instanceIds: [${ids.join(', ')}] }\n    maxConcurrentTargets: 10`,
        MEMORY,
        'cpu: { metric: cpu, threshold: 9, severity: INFO }',
        'disk: { metric: disk, threshold: 9, severity: INFO }',
        'all: { metric: memory, allOf: ▼[memory, cpu, disk] }',
      ),
      { code: 'composite-too-large', path: 'components.web.alarms.all.allOf' },
    );
    expect(problem.message).toContain('102 children');
  });
});

describe('an alarm on disks', () => {
  const disk = (...fields: readonly string[]) =>
    componentText(
      ONE_HOST,
      'service: nginx.service',
      'alarms:',
      `  memory: { metric: memory, threshold: 90, severity: INFO }`,
      `  disk: { metric: memory, ${fields.join(', ')} }`,
    );
  const source = 'namespace: CWAgent, metricName: disk_used_percent';

  it.each(['Average', 'Minimum', 'p90'])('causes a warning if it covers all mounts by %s', (statistic) => {
    const problem = expectProblem(disk('threshold: 90', source, `statistic: ▼${statistic}`), {
      code: 'mounts-mixed',
      severity: 'warning',
      path: 'components.web.alarms.disk.statistic',
    });
    expect(problem.message).toBe(
      `${statistic} mixes all mounts of a host, so that a single one that is \`>= 90\` does not show`,
    );
    expect(problem.remedy).toContain('Write `statistic: Maximum`, or name one mount with `dimensions:`');
  });

  it('uses the minimum for a metric of free space', () => {
    const free = "namespace: CWAgent, metricName: disk_free, comparison: '<', threshold: 100000";
    const problem = expectProblem(disk(free, 'statistic: ▼Maximum'), {
      code: 'mounts-mixed',
      severity: 'warning',
      path: 'components.web.alarms.disk.statistic',
    });
    expect(problem.remedy).toContain('Write `statistic: Minimum`');
    expect(problemsOf(disk(free, 'statistic: Minimum'))).toEqual([]);
  });

  it.each([
    ['by the fullest mount', 'statistic: Maximum'],
    [
      'of one mount',
      'dimensions: { InstanceId: i-0123456789abcdef0, path: /, device: nvme0n1p1, fstype: xfs }',
    ],
    [
      'of one mount, published without its device',
      'dimensions: { InstanceId: i-0123456789abcdef0, path: /, fstype: xfs }',
    ],
  ])('may be %s', (_, more) => {
    expect(problemsOf(disk('threshold: 90', source, more))).toEqual([]);
  });

  it.each([
    ['path: /', 'fstype', '"path"'],
    ['InstanceId: i-0123456789abcdef0, path: /', 'fstype', '"InstanceId", "path"'],
    ['InstanceId: i-0123456789abcdef0, device: xvda1', 'path, fstype', '"InstanceId", "device"'],
  ])('causes a warning if the agent publishes nothing under its dimensions: %s', (given, missing, list) => {
    const problem = expectProblem(
      disk('threshold: 90', source, 'statistic: Maximum', `dimensions: ▼{ ${given} }`),
      { code: 'partial-dimensions', severity: 'warning', path: 'components.web.alarms.disk.dimensions' },
    );
    expect(problem.message).toBe(
      `the CloudWatch agent publishes \`disk_used_percent\` under \`path\`, \`device\`, \`fstype\` and the dimensions of the host, and CloudWatch finds a metric only by all of them; missing: ${missing}`,
    );
    expect(problem.remedy).toBe(
      `Copy all dimensions from \`aws cloudwatch list-metrics --namespace CWAgent --metric-name disk_used_percent\`, or have the agent publish by these: \`"aggregation_dimensions": [[${list}]]\`.`,
    );
  });

  it('filters by its dimensions over the instances of a group, whatever others there are', () => {
    const ofGroup = disk(
      'threshold: 90',
      source,
      'statistic: Maximum',
      'perInstance: true',
      'dimensions: { AutoScalingGroupName: web, path: / }',
    ).replace(ONE_HOST, 'targets: { autoScalingGroup: web }');
    expect(problemsOf(ofGroup).map(({ code }) => code)).not.toContain('partial-dimensions');
  });
});
