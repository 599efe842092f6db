import { AlarmEngine } from '../../../../local/alarms/alarm-engine.ts';
import type { AlarmEngineOptions } from '../../../../local/alarms/alarm-engine-options.ts';
import type { ContributorStateChangeEvent } from '../../../../local/alarms/contributors.ts';
import type { MetricAlarmInput } from '../../../../local/alarms/schemas.ts';
import type { AlarmStateChangeEvent } from '../../../../local/alarms/state-change-event.ts';

export const START_MS = Date.parse('2026-11-22T12:00:00Z');

/** An engine with a clock that stands still until it is moved, and the events it has published. */
export function createAlarmLab(options: Partial<AlarmEngineOptions> = {}) {
  const events: AlarmStateChangeEvent[] = [];
  const contributorEvents: ContributorStateChangeEvent[] = [];
  const clock = { nowMs: START_MS };
  let ids = 0;
  const engine = new AlarmEngine({
    accountId: '123456789012',
    region: 'us-east-1',
    nowMs: () => clock.nowMs,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    publish: async (event) => {
      if (event['detail-type'] === 'CloudWatch Alarm State Change') events.push(event);
      else contributorEvents.push(event);
    },
    ...options,
  });
  const put = (value: number, timestampMs = clock.nowMs, host = 'i-1', storageResolutionSeconds = 60) =>
    engine.metrics.put(
      { namespace: 'Demo', name: 'Memory', dimensions: { InstanceId: host } },
      { timestampMs, unit: 'Percent', sample: { kind: 'value', value, count: 1 } },
      storageResolutionSeconds,
    );
  /** One value per minute, then the evaluation at the end of the last minute; `undefined` is a minute without data. */
  const play = async (...values: (number | undefined)[]) => {
    for (const value of values) {
      if (value !== undefined) put(value);
      clock.nowMs += 60_000;
      await engine.evaluateNow();
    }
  };
  const stateOf = (name: string) => engine.registry.get(name).state.value;
  return { engine, events, contributorEvents, clock, put, play, stateOf };
}

/** Memory of i-1 over 90 % in one period of one minute; tests override what matters to them. */
export function metricAlarm(overrides: Partial<MetricAlarmInput> = {}): MetricAlarmInput {
  return {
    AlarmName: 'MemoryHigh',
    Namespace: 'Demo',
    MetricName: 'Memory',
    Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }],
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 90,
    ComparisonOperator: 'GreaterThanThreshold',
    ...overrides,
  };
}
