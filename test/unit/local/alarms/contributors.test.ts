import { describe, expect, it } from 'vitest';
import { parseAlarmStateChange } from '../../../../functions/core/signal/parse-alarm-event.ts';
import { parseContributorStateChange } from '../../../../functions/core/signal/parse-contributor-event.ts';
import { MetricMathError } from '../../../../local/alarms/metric-math.ts';
import { parseInsightsQuery } from '../../../../local/alarms/metrics-insights.ts';
import { configured } from '../../../factories/configuration.ts';
import { createAlarmLab, metricAlarm } from './alarm-lab.ts';

const [ONE, TWO, FOREIGN] = ['i-00000000000000001', 'i-00000000000000002', 'i-00000000000000003'];
const QUERY = `SELECT AVG("Memory") FROM "Demo" WHERE "AutoScalingGroupName" = 'web-asg' GROUP BY InstanceId ORDER BY MAX() DESC`;

const { MetricName: _m, Namespace: _n, Dimensions: _d, Statistic: _s, Period: _p, ...COMMON } = metricAlarm();
const groupAlarm = (expression: string) => ({
  ...COMMON,
  Metrics: [{ Id: 'q1', Expression: expression, Period: 60, ReturnData: true }],
});

function createGroupLab(expression = QUERY, options = {}) {
  const lab = createAlarmLab(options);
  lab.engine.putMetricAlarm(groupAlarm(expression));
  const put = (host: string, value: number, more: Readonly<Record<string, string>> = {}) =>
    lab.engine.metrics.put(
      { namespace: 'Demo', name: 'Memory', dimensions: { InstanceId: host, ...more } },
      { timestampMs: lab.clock.nowMs, unit: 'Percent', sample: { kind: 'value', value, count: 1 } },
      60,
    );
  /** One value a minute for each instance. */
  const minute = async (values: Readonly<Record<string, number>>) => {
    for (const [host, value] of Object.entries(values))
      put(host, value, { AutoScalingGroupName: host === FOREIGN ? 'other' : 'web-asg' });
    lab.clock.nowMs += 60_000;
    await lab.engine.evaluateNow();
  };
  const said = () =>
    lab.contributorEvents.map(({ detail }) => [
      detail.alarmContributor.attributes['InstanceId'],
      detail.state.value,
    ]);
  return { ...lab, put, minute, said, name: COMMON.AlarmName };
}

describe('an alarm over a group', () => {
  it('says which instances are red, each by an event of its own', async () => {
    const lab = createGroupLab();
    await lab.minute({ [ONE]: 10, [TWO]: 95, [FOREIGN]: 99 });
    expect(lab.said()).toEqual([[TWO, 'ALARM']]);
    expect(lab.stateOf(lab.name)).toBe('ALARM');
    expect(lab.events.at(-1)?.detail.state.reason).toBe('1 out of 2 time series evaluated to ALARM');
    await lab.minute({ [ONE]: 95, [TWO]: 95 });
    expect(lab.said()).toEqual([
      [TWO, 'ALARM'],
      [ONE, 'ALARM'],
    ]);
    expect(lab.engine.redContributors(lab.name).map(({ attributes }) => attributes)).toEqual([
      { InstanceId: ONE },
      { InstanceId: TWO },
    ]);
    await lab.minute({ [ONE]: 10, [TWO]: 95 });
    expect(lab.said().at(-1)).toEqual([ONE, 'OK']);
    expect(lab.stateOf(lab.name)).toBe('ALARM');
    await lab.minute({ [ONE]: 10, [TWO]: 10 });
    expect(lab.stateOf(lab.name)).toBe('OK');
  });

  it('counts an instance that no longer sends anything as OK', async () => {
    const lab = createGroupLab();
    await lab.minute({ [ONE]: 10, [TWO]: 95 });
    for (let minute = 0; minute < 5; minute += 1) await lab.minute({ [ONE]: 10 });
    expect(lab.said()).toEqual([
      [TWO, 'ALARM'],
      [TWO, 'OK'],
    ]);
    expect(lab.stateOf(lab.name)).toBe('OK');
  });

  it('knows nothing without any series', async () => {
    const lab = createGroupLab();
    await lab.minute({ [FOREIGN]: 99 });
    expect(lab.stateOf(lab.name)).toBe('INSUFFICIENT_DATA');
  });

  it('finds instances by their tags, only where CloudWatch keeps them', async () => {
    const query = `SELECT MAX("Memory") FROM SCHEMA("Demo", InstanceId) WHERE tag."role" = 'web' GROUP BY InstanceId ORDER BY MAX() DESC`;
    const tagsOf = ({ InstanceId }: Readonly<Record<string, string>>) =>
      InstanceId === TWO ? { role: 'web' } : {};
    for (const [options, state] of [
      [{ tagsOf }, 'ALARM'],
      [{}, 'INSUFFICIENT_DATA'],
    ] as const) {
      const lab = createGroupLab(query, options);
      lab.put(TWO, 95);
      lab.put(ONE, 95);
      lab.put(TWO, 10, { AutoScalingGroupName: 'web-asg' });
      await lab.minute({});
      expect(lab.stateOf(lab.name)).toBe(state);
    }
  });

  it('sends events that triage understands: the instance’s is an alert, the alarm’s is only seen', async () => {
    const lab = createGroupLab();
    await lab.minute({ [TWO]: 95 });
    const alarms = { memory: { adopt: lab.name, metric: 'memory' } };
    const configuration = configured({
      components: { web: { targets: { autoScalingGroup: 'web-asg' }, alarms } },
    });
    const { nowMs } = lab.clock;
    expect(parseContributorStateChange(lab.contributorEvents[0]?.detail, configuration, nowMs)).toMatchObject(
      { kind: 'alert', alert: { targets: [TWO] } },
    );
    expect(parseAlarmStateChange(lab.events.at(-1)?.detail, configuration, nowMs)).toMatchObject({
      kind: 'ignored',
    });
  });

  it.each([
    ['without an order', `SELECT AVG(a) FROM "N" GROUP BY InstanceId`],
    ['without groups', `SELECT AVG(a) FROM "N"`],
    ['of percentiles', `SELECT P99(a) FROM "N" GROUP BY InstanceId ORDER BY MAX() DESC`],
    ['whose value is a name', `SELECT AVG(a) FROM "N" WHERE b = "c" GROUP BY InstanceId ORDER BY MAX() DESC`],
    ['with something after its end', `${QUERY} x`],
  ])('refuses a query %s', (_, expression) => {
    expect(() => parseInsightsQuery(expression)).toThrow(MetricMathError);
    const { engine } = createAlarmLab();
    expect(() => engine.putMetricAlarm(groupAlarm(expression))).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
  });
});
