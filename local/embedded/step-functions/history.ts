import { StateError } from './errors.ts';
import { MAXIMUM_HISTORY_EVENTS } from './limits.ts';

/** One event of an execution's history, as GetExecutionHistory names it. */
export interface HistoryEvent {
  /** From 1. */
  readonly id: number;
  readonly type: string;
  readonly timestampMs: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What happened in an execution; it ends the execution when it is full. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #isLimited: boolean;

  /** @param isLimited whether the execution is a Standard one */
  constructor(isLimited: boolean) {
    this.#isLimited = isLimited;
  }

  /** @throws StateError `States.Runtime` if the history is full */
  add(type: string, timestampMs: number, details: Readonly<Record<string, unknown>>): void {
    // The last place is kept for the execution's own end.
    if (this.#isLimited && this.events.length >= MAXIMUM_HISTORY_EVENTS - 1) {
      throw new StateError(
        'States.Runtime',
        `the execution reached the maximum number of history events (${MAXIMUM_HISTORY_EVENTS})`,
      );
    }
    this.end(type, timestampMs, details);
  }

  end(type: string, timestampMs: number, details: Readonly<Record<string, unknown>>): void {
    this.events.push({ id: this.events.length + 1, type, timestampMs, details });
  }
}
