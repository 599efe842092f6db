import type { Operation } from '../operation/operation.ts';
import type { ModeInForce } from './mode-now.ts';

/** An operation that was decided in observe mode, and never carried out. */
export interface Observation {
  /** As it would have begun. */
  readonly operation: Operation;
  /** When it would have ended, had its actions had no effect. */
  readonly untilMs: number;
  /** The mode set at run time without which it would have been proposed or carried out. @default the configuration's */
  readonly setMode?: ModeInForce;
  /** When the component recovered by itself. @default it has not, or nothing said so */
  readonly recoveredAtMs?: number;
}
