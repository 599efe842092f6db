import type { Operation } from '../operation/operation.ts';

/** An operation that was decided in observe mode, and never carried out. */
export interface Observation {
  /** As it would have begun. */
  readonly operation: Operation;
  /** When it would have ended, had its actions had no effect. */
  readonly untilMs: number;
  /** When the component recovered by itself. @default it has not, or nothing said so */
  readonly recoveredAtMs?: number;
}
