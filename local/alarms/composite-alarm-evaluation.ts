import type { CompositeAlarm } from './alarm-definition.ts';
import type { AlarmRecord, AlarmRegistry } from './alarm-registry.ts';
import type { AlarmStateValue } from './schemas.ts';
import type { AlarmState } from './state-change-event.ts';
import { cloudWatchTime } from './state-reason.ts';
import { nextSuppression, type Suppression } from './suppression.ts';

/** ALARM if the rule holds for the present states of its children, else OK. */
export function ruleState(registry: AlarmRegistry, alarm: CompositeAlarm): AlarmStateValue {
  return alarm.rule.evaluate((child) => registry.get(child).state.value) ? 'ALARM' : 'OK';
}

/**
 * The state of a composite alarm that goes to `value`.
 *
 * @param children the alarms whose change made the difference; all of the rule's when the alarm is new
 */
export function compositeState(
  registry: AlarmRegistry,
  record: AlarmRecord,
  value: AlarmStateValue,
  reason: string,
  children: readonly string[],
  nowMs: number,
): AlarmState {
  const triggeringAlarms = children.map((child) => {
    const { arn, state } = registry.get(child);
    return { arn, state: { value: state.value, timestamp: cloudWatchTime(state.timestampMs) } };
  });
  const suppression = suppressionOf(registry, record, value, nowMs);
  return {
    value,
    reason,
    reasonData: JSON.stringify({ triggeringAlarms }),
    timestampMs: nowMs,
    ...suppression,
  };
}

/**
 * Whether and why an alarm's actions are suppressed from now on; metric alarms and alarms without suppressor: never.
 *
 * @param transitionTo the state it is going to; `undefined` if it stays
 */
export function suppressionOf(
  registry: AlarmRegistry,
  record: AlarmRecord,
  transitionTo: AlarmStateValue | undefined,
  nowMs: number,
): { suppression?: Suppression } {
  const suppressor = record.alarm.kind === 'composite' ? record.alarm.suppressor : undefined;
  if (suppressor === undefined) return {};
  const suppression = nextSuppression({
    current: record.state.suppression,
    ...(transitionTo === undefined ? {} : { transitionTo }),
    suppressor: registry.get(suppressor.name).state.value,
    waitPeriodSeconds: suppressor.waitSeconds,
    extensionPeriodSeconds: suppressor.extensionSeconds,
    nowMs,
  });
  return suppression === undefined ? {} : { suppression };
}
