import type { STATES } from '../alarms/schemas.ts';

export type HistoryState = (typeof STATES)[number];

/** One change of an alarm's state, as CloudWatch recorded it. */
export interface RecordedTransition {
  readonly alarmName: string;
  readonly atMs: number;
  /** Microseconds beyond `atMs`, as far as they were recorded: they order what happened within one millisecond. */
  readonly micros: number;
  readonly from: HistoryState;
  readonly to: HistoryState;
  readonly reason: string;
}
