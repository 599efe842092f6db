import type { AlarmStateValue } from './schemas.ts';

/**
 * Why a composite alarm does not perform its actions just now. Its actions wait `WaitPeriod` for the suppressor to go
 * to ALARM, are held while it is there (`Alarm`), and for `ExtensionPeriod` after it has left.
 *
 * Source: CloudWatch User Guide, "Suppressing composite alarm actions".
 */
export interface Suppression {
  readonly by: 'WaitPeriod' | 'Alarm' | 'ExtensionPeriod';
  /** Epoch milliseconds at which a period ends; absent for `Alarm`. */
  readonly untilMs?: number;
}

interface SuppressionInput {
  readonly current: Suppression | undefined;
  /** The state that the composite alarm has just gone to; absent when only time or the suppressor has moved on. */
  readonly transitionTo?: AlarmStateValue;
  readonly suppressor: AlarmStateValue;
  readonly waitPeriodSeconds: number;
  readonly extensionPeriodSeconds: number;
  readonly nowMs: number;
}

/** The suppression that holds from now on; `undefined`: the actions are performed. */
export function nextSuppression(input: SuppressionInput): Suppression | undefined {
  const { current, transitionTo, suppressor, nowMs } = input;
  if (transitionTo === undefined && current === undefined) return undefined;
  if (suppressor === 'ALARM') return { by: 'Alarm' };
  if (current?.by === 'Alarm') return period('ExtensionPeriod', nowMs, input.extensionPeriodSeconds);
  if (transitionTo === undefined || current?.by === 'ExtensionPeriod') {
    return current?.untilMs !== undefined && nowMs < current.untilMs ? current : undefined;
  }
  return transitionTo === 'ALARM' ? period('WaitPeriod', nowMs, input.waitPeriodSeconds) : undefined;
}

function period(
  by: 'WaitPeriod' | 'ExtensionPeriod',
  nowMs: number,
  seconds: number,
): Suppression | undefined {
  return seconds === 0 ? undefined : { by, untilMs: nowMs + seconds * 1000 };
}
