import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const HOSTS = 'targets: { instanceIds: [i-0123456789abcdef0] }, service: a.service';
const SERVICE =
  'targets: { ecsService: shop/checkout }, health: { url: "https://checkout.example.com/health" }';
const CREDITS =
  'namespace: AWS/EC2, metricName: CPUCreditBalance, dimensions: { InstanceId: i-0123456789abcdef0 }';

/** A component with one alarm, which a strategy answers that has an hour to repair it. */
const text = (component: string, alarm: string, settings = '') =>
  configurationText({
    settings: `settings: { repairTimeoutSeconds: 1h${settings} }`,
    components: `components:\n  web: { ${component}, signals: [memory], alarms: { a: { threshold: 1, ${alarm} } } }`,
    strategies:
      'strategies:\n  - { id: heal, trigger: { statuses: [CRITICAL] }, actions: [{ type: notify_architect, params: { message: Look. } }] }',
  });

function load(component: string, alarm: string, settings?: string) {
  const loaded = loadConfiguration(text(component, alarm, settings), 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded;
}

function periodOf(component: string, alarm: string, settings?: string): number | undefined {
  const [planned] = plannedAlarms(load(component, alarm, settings).configuration);
  return planned && 'periodSeconds' in planned ? planned.periodSeconds : undefined;
}

const DETAILED = ', detailedMonitoring: true';

describe('the default period of an alarm', () => {
  it.each([
    ['CPU of hosts', HOSTS, 'metric: cpu', 300],
    ['another of EC2’s metrics', HOSTS, 'metric: traffic, namespace: AWS/EC2, metricName: NetworkIn', 300],
    ['status checks, which EC2 publishes every minute', HOSTS, 'metric: status_check', 60],
    [
      'one of the status checks',
      HOSTS,
      'metric: status_check, namespace: AWS/EC2, metricName: StatusCheckFailed_Instance',
      60,
    ],
    ['what the CloudWatch agent measures', HOSTS, 'metric: memory', 60],
    [
      'CPU as the agent measures it',
      HOSTS,
      'metric: cpu, namespace: CWAgent, metricName: cpu_usage_active',
      60,
    ],
    ['CPU of a service of ECS', SERVICE, 'metric: cpu', 60],
  ])('fits how often the metric is published: %s', (_, component, alarm, seconds) => {
    const named = alarm.includes('traffic')
      ? `${alarm}, dimensions: { InstanceId: i-0123456789abcdef0 }`
      : alarm;
    expect(periodOf(component, named)).toBe(seconds);
  });

  it('is a minute for CPU if the instances have detailed monitoring', () => {
    expect(periodOf(HOSTS, 'metric: cpu', DETAILED)).toBe(60);
  });

  it('stays at five minutes for CPU credits', () => {
    expect(periodOf(HOSTS, `metric: credits, ${CREDITS}`, DETAILED)).toBe(300);
  });

  it('gives a repair that a CPU alarm verifies the time until the next point has arrived', () => {
    const { compiled } = load(HOSTS, 'metric: cpu');
    expect(compiled.strategies[0]?.verify.timeoutSeconds).toBe(390);
  });
});

describe('a period shorter than the interval of the points', () => {
  it('causes a warning where instances may have basic monitoring', () => {
    const problem = expectProblem(text(HOSTS, 'metric: cpu, periodSeconds: ▼1m'), {
      code: 'period-too-short',
      severity: 'warning',
      path: 'components.web.alarms.a.periodSeconds',
    });
    expect(problem.remedy).toContain('`settings: { detailedMonitoring: true }`');
  });

  it('causes a warning for CPU credits, without advice that would not help', () => {
    const { remedy } = expectProblem(
      text(HOSTS, `metric: credits, ${CREDITS}, periodSeconds: ▼1m`, DETAILED),
      {
        code: 'period-too-short',
        severity: 'warning',
        path: 'components.web.alarms.a.periodSeconds',
      },
    );
    expect(remedy).toBe('Leave it out for 5 minutes.');
  });

  it.each([
    ['with detailed monitoring', 'metric: cpu, periodSeconds: 1m', DETAILED],
    ['on status checks', 'metric: status_check, periodSeconds: 1m', ''],
    ['of five minutes', 'metric: cpu, periodSeconds: 5m', ''],
    ['under a minute on a metric of one’s own', 'metric: memory, periodSeconds: 10s', ''],
  ])('causes no warning %s', (_, alarm, settings) => {
    expect(problemsOf(text(HOSTS, alarm, settings))).toEqual([]);
  });

  it.each([
    ['CPU of hosts', HOSTS, 'metric: cpu', DETAILED, '1m'],
    ['CPU of hosts with basic monitoring', HOSTS, 'metric: cpu', '', '5m'],
    ['status checks', HOSTS, 'metric: status_check', '', '1m'],
    ['CPU of a service of ECS', SERVICE, 'metric: cpu', '', '1m'],
    [
      'a load balancer',
      HOSTS,
      'metric: errors, namespace: AWS/ApplicationELB, metricName: HTTPCode_Target_5XX_Count, dimensions: { LoadBalancer: a }',
      '',
      '1m',
    ],
  ])('under a minute is refused for %s', (_, component, alarm, settings, least) => {
    const { remedy } = expectProblem(text(component, `${alarm}, periodSeconds: ▼10s`, settings), {
      code: 'period-too-short',
      path: 'components.web.alarms.a.periodSeconds',
    });
    expect(remedy).toBe(`Write \`${least}\` or more.`);
  });

  it('is reported once for the instances of a group', () => {
    expectProblem(
      text(
        'targets: { autoScalingGroup: web }, service: a.service',
        'metric: cpu, periodSeconds: ▼10s, dimensions: { A: b }, perInstance: true',
        ', resourceTagsOnTelemetry: true',
      ),
      {
        code: 'no-group-period',
        path: 'components.web.alarms.a.periodSeconds',
        others: ['dimensions-needed'],
      },
    );
  });
});
