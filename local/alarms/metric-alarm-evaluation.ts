import type { MetricAlarm } from './alarm-definition.ts';
import { readDatapoints } from './datapoints.ts';
import { compare, decide, type Mark } from './evaluation.ts';
import type { MetricStore } from './metric-store.ts';
import type { AlarmState } from './state-change-event.ts';
import { stateReason, stateReasonData } from './state-reason.ts';
import { isLowSampleCount } from './statistics.ts';

/**
 * The state that the data of the range ending at `endMs` calls for; `undefined` if the alarm keeps the one it has,
 * because missing data is ignored or there are too few samples for its percentile.
 */
export function evaluateMetricAlarm(
  store: MetricStore,
  alarm: MetricAlarm,
  endMs: number,
  nowMs: number,
): AlarmState | undefined {
  const range = readDatapoints(store, alarm, endMs);
  const marks = range.map(
    ({ value }): Mark => (value === undefined ? 'missing' : compare(value, alarm.operator, alarm.threshold)),
  );
  const decision = decide(marks, alarm);
  if (decision.state === 'RETAIN') return undefined;
  if (alarm.retainBelowPercentile !== undefined) {
    const samples = decision.used.reduce((total, index) => total + (range[index]?.sampleCount ?? 0), 0);
    if (samples > 0 && isLowSampleCount(alarm.retainBelowPercentile, samples)) return undefined;
  }
  return {
    value: decision.state,
    reason: stateReason(alarm, decision.state, range, decision),
    reasonData: stateReasonData(alarm, range, decision, nowMs),
    timestampMs: nowMs,
  };
}
