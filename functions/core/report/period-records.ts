import type { Observation } from '../admission/observation.ts';
import type { RefusalRecord } from '../admission/refusal.ts';
import type { Operation, StepRecord } from '../operation/operation.ts';

/** What is on record about a period, and shortly before it. Times are epoch milliseconds. */
export interface PeriodRecords {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Begun before `untilMs`, from a day before `sinceMs` on: a fault may have begun earlier. In any order. */
  readonly operations: readonly Operation[];
  readonly observations: readonly Observation[];
  readonly refusals: readonly RefusalRecord[];
  /** Of the operations that began within the period. */
  readonly steps: readonly StepRecord[];
  /** Those that are configured; others are known by their records only. */
  readonly components: readonly string[];
  /** Counted as unhealthy at `untilMs`. */
  readonly unhealthy: readonly string[];
  /** Whether older records of the period were left out. */
  readonly isCut: boolean;
}
