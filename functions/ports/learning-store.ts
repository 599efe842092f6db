import type { Forgotten } from '../core/learning/forgotten.ts';
import type { Operation } from '../core/operation/operation.ts';

/**
 * What outcomes teach. An outcome is the final record of its operation, so that each counts exactly once and costs no
 * write of its own; kept besides is only what people want forgotten, which is read as it was written last.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface LearningStore {
  /** Operations whose signals were raised since then, newest first, as many as learning looks at. The latest may be missing. */
  readonly listOutcomes: (sinceMs: number) => Promise<readonly Operation[]>;
  readonly readForgotten: () => Promise<Forgotten>;
  /** `false` if the marks have been changed since `forgotten.revision - 1`. */
  readonly saveForgotten: (forgotten: Forgotten) => Promise<boolean>;
}

/** Older ones hardly count: they have lost most of their weight. */
export const OUTCOMES_AT_MOST = 1_000;
