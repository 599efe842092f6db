import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { compositeRule, plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { componentText } from './configuration-text.ts';

const ONE = 'instanceIds: [i-0123456789abcdef0]';
const TWO = 'instanceIds: [i-0123456789abcdef0, i-0123456789abcdef1]';

function load(targets: string, ...alarms: readonly string[]) {
  const text = componentText(
    `targets: { ${targets} }`,
    'service: a.service',
    'signals: [memory]',
    'alarms:',
    ...alarms.map((line) => `  ${line}`),
  );
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded;
}

const planned = (targets: string, ...alarms: readonly string[]) =>
  plannedAlarms(load(targets, ...alarms).configuration);

describe('planned alarms', () => {
  it.each([
    ['cpu', 'AWS/EC2', 'CPUUtilization', 'Average'],
    ['memory', 'CWAgent', 'mem_used_percent', 'Average'],
    ['disk', 'CWAgent', 'disk_used_percent', 'Maximum'],
    ['status_check', 'AWS/EC2', 'StatusCheckFailed', 'Maximum'],
  ])('know where CloudWatch keeps %s', (metric, namespace, metricName, statistic) => {
    expect(planned(ONE, `host: { metric: ${metric}, threshold: 1 }`)).toMatchObject([
      { namespace, metricName, statistic, dimensions: { InstanceId: 'i-0123456789abcdef0' } },
    ]);
  });

  it('carry everything that CloudWatch wants to know', () => {
    expect(planned(ONE, 'memory: { metric: memory, threshold: 90, datapointsToAlarm: 2 }')).toEqual([
      {
        kind: 'threshold',
        alarmName: 'selfheal-web-memory-i-0123456789abcdef0',
        component: 'web',
        metric: 'memory',
        severity: 'CRITICAL',
        namespace: 'CWAgent',
        metricName: 'mem_used_percent',
        dimensions: { InstanceId: 'i-0123456789abcdef0' },
        statistic: 'Average',
        threshold: 90,
        comparison: 'GreaterThanOrEqualToThreshold',
        periodSeconds: 60,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        missingData: 'missing',
        description: 'Selfheal: memory of web, Average >= 90 in 2 of 3 points of 60 s',
      },
    ]);
  });

  it.each([
    ['>', 'GreaterThanThreshold'],
    ['>=', 'GreaterThanOrEqualToThreshold'],
    ['<', 'LessThanThreshold'],
    ['<=', 'LessThanOrEqualToThreshold'],
  ])('call %s by CloudWatch’s name', (comparison, name) => {
    const alarm = `a: { metric: memory, threshold: 1, comparison: "${comparison}" }`;
    expect(planned(ONE, alarm)).toMatchObject([{ comparison: name }]);
  });

  it('look at all points unless told how many must be bad', () => {
    expect(planned(ONE, 'a: { metric: memory, threshold: 1, evaluationPeriods: 5 }')).toMatchObject([
      { evaluationPeriods: 5, datapointsToAlarm: 5 },
    ]);
  });

  it('compare the 99th percentile of latency_p99', () => {
    const alarm = 'a: { metric: latency_p99, threshold: 1, namespace: N, metricName: M, dimensions: {} }';
    expect(planned(ONE, alarm)).toMatchObject([
      { statistic: 'p99', alarmName: 'selfheal-web-a', dimensions: {} },
    ]);
  });

  it('let the alarm’s own words prevail over what is known of a host metric', () => {
    const alarm =
      'a: { metric: cpu, threshold: 1, statistic: p90, namespace: CWAgent, metricName: cpu_usage_user }';
    expect(planned(ONE, alarm)).toMatchObject([
      { namespace: 'CWAgent', metricName: 'cpu_usage_user', statistic: 'p90' },
    ]);
  });

  it('include one for each instance on a host metric', () => {
    expect(planned(TWO, 'm: { metric: memory, threshold: 1 }').map(({ alarmName }) => alarmName)).toEqual([
      'selfheal-web-m-i-0123456789abcdef0',
      'selfheal-web-m-i-0123456789abcdef1',
    ]);
  });

  it('include one for the component on a host metric with dimensions', () => {
    const alarm = 'm: { metric: memory, threshold: 1, dimensions: { AutoScalingGroupName: web } }';
    expect(planned(TWO, alarm)).toMatchObject([
      { alarmName: 'selfheal-web-m', dimensions: { AutoScalingGroupName: 'web' } },
    ]);
  });

  it('combine alarms, any instance’s counting for an alarm that each has', () => {
    const alarms = planned(
      TWO,
      'm: { metric: memory, threshold: 1 }',
      'old: { metric: memory, adopt: "memory of \\"web\\"" }',
      'both: { metric: memory, allOf: [m, old], severity: WARNING }',
    );
    expect(alarms.at(-1)).toMatchObject({
      kind: 'composite',
      alarmName: 'selfheal-web-both',
      severity: 'WARNING',
      children: [
        ['selfheal-web-m-i-0123456789abcdef0', 'selfheal-web-m-i-0123456789abcdef1'],
        ['memory of "web"'],
      ],
    });
  });

  it('do not include adopted alarms', () => {
    expect(planned(ONE, 'a: { metric: memory, adopt: prod-memory-high }')).toEqual([]);
  });

  it('raise a clear error for a metric that nobody has placed', () => {
    const { configuration } = load(ONE, 'm: { metric: memory, threshold: 1 }');
    const { web } = configuration.components;
    if (!web) throw new Error('no component');
    const alarm = { ...web.alarms['m'], metric: 'depth' } as (typeof web.alarms)[string];
    expect(() => plannedAlarms({ components: { web: { ...web, alarms: { m: alarm } } } })).toThrow(
      new TypeError(
        'components.web.alarms.m: no CloudWatch metric is known for `depth`; give namespace and metricName',
      ),
    );
  });
});

it('the description of a composite alarm is shortened to what CloudWatch accepts', () => {
  const keys = Array.from({ length: 60 }, (_, index) => `memory-of-the-checkout-${index}`);
  const thresholds = keys.map((key) => `${key}: { metric: memory, threshold: 90 }`);
  const composite = `all: { metric: memory, allOf: [${keys.join(', ')}] }`;
  const { description = '' } = planned(ONE, ...thresholds, composite).at(-1) ?? {};
  expect(description).toHaveLength(1_024);
  expect(description).toMatch(/^Selfheal: memory of web, when memory-of-the-checkout-0 and .*…$/);
});

describe('the rule of a composite alarm', () => {
  it('requires one alarm of each group', () => {
    expect(compositeRule([['a', 'b'], ['c']])).toBe('(ALARM("a") OR ALARM("b")) AND ALARM("c")');
  });

  it('escapes quotes in names', () => {
    expect(compositeRule([['a "b"']])).toBe('ALARM("a \\"b\\"")');
  });
});

describe('alarm bindings', () => {
  it('name component, metric and severity of created, combined and adopted alarms', () => {
    const { compiled } = load(
      ONE,
      'm: { metric: memory, threshold: 1 }',
      'old: { metric: memory, adopt: prod-memory-high, severity: WARNING }',
      'both: { metric: memory, allOf: [m, old] }',
      "few: { metric: free, threshold: 1, comparison: '<', namespace: Shop, metricName: Free, dimensions: { Shop: a } }",
    );
    expect(compiled.alarms).toEqual({
      'selfheal-web-m-i-0123456789abcdef0': { component: 'web', metric: 'memory', severity: 'CRITICAL' },
      'prod-memory-high': { component: 'web', metric: 'memory', severity: 'WARNING' },
      'selfheal-web-both': { component: 'web', metric: 'memory', severity: 'CRITICAL' },
      'selfheal-web-few': { component: 'web', metric: 'free', severity: 'CRITICAL', isLow: true },
    });
  });
});
