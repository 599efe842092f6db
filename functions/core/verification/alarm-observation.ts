import { mayHaveContributors } from '../configuration/alarm-sources.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Operation } from '../operation/operation.ts';
import type { Observation } from './verification.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

type Alerted = Pick<Operation, 'alert' | 'component'>;

/** The alarm that fired; for other signals, the component's alarms on the same metric, or else all of them. */
export function alarmsToAsk(
  { alarms }: Pick<CompiledConfiguration, 'alarms'>,
  { alert, component }: Alerted,
): readonly string[] {
  if (alert.alarmName !== undefined) return [alert.alarmName];
  const bound = Object.entries(alarms).filter(([, binding]) => binding.component === component);
  const same = bound.filter(([, binding]) => binding.metric === alert.metric);
  return (same.length > 0 ? same : bound).map(([name]) => name);
}

/**
 * Whether an alarm may be red for instances that the operation did not repair. An alarm over a group stays red while
 * any instance is: those that were not repaired say nothing about those that were.
 *
 * @param configuration as deployed now: an operation is admitted under a strategy and a component, not under alarms
 */
export function mayBeRedForOthers(
  alarmName: string,
  { alert, component }: Alerted,
  { components }: Pick<CompiledConfiguration, 'components'>,
): boolean {
  const declared = components[component];
  if (alert.targets.length === 0 || declared === undefined) return false;
  return mayHaveContributors(alarmName, component, declared);
}

/** The state of an alarm for the targets of an operation. */
export interface AlarmFinding {
  /** `undefined` for an alarm that does not exist. */
  readonly state: AlarmState | undefined;
  /** Instances for which it is red, where the operation repaired only some. @default it is red for all */
  readonly redInstances?: readonly string[] | undefined;
}

/** What a component's alarms say together. Unless all of them answer, they do not say that it is healthy. */
export function alarmObservation(findings: readonly AlarmFinding[], targets: readonly string[]): Observation {
  if (findings.some(({ state }) => state === undefined)) return 'no-answer';
  const isRed = ({ state, redInstances }: AlarmFinding) =>
    state === 'ALARM' &&
    (redInstances === undefined || targets.some((target) => redInstances.includes(target)));
  if (findings.some(isRed)) return 'bad';
  return findings.some(({ state }) => state === 'INSUFFICIENT_DATA') ? 'no-answer' : 'good';
}
