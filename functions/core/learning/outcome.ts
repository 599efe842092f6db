import type { Operation } from '../operation/operation.ts';
import type { LearningSettings } from './settings.ts';

/**
 * What an operation teaches about its strategy. `LASTING`: the repair was verified, and the fault stayed away.
 * `RELAPSED`: it was verified, and the fault was back soon. `NO_EFFECT`: everything was done, and the component did not
 * recover. `FAILED`: an action failed. `PENDING`: verified, but not long enough ago. `INCONCLUSIVE`: it says nothing, for
 * example because nothing was done, or nobody was permitted to look.
 */
export const LEARNED_OUTCOMES = [
  ...(['LASTING', 'RELAPSED', 'NO_EFFECT', 'FAILED', 'PENDING', 'INCONCLUSIVE'] as const),
] as const;
export type LearnedOutcome = (typeof LEARNED_OUTCOMES)[number];

/** An operation that has ended, with what it teaches. */
export interface JudgedOperation {
  readonly operation: Operation & { readonly completedAtMs: number };
  readonly outcome: LearnedOutcome;
}

/** Failures after which everything was done, and nothing was better. */
const WITHOUT_EFFECT = new Set(['NotRecovered', 'BatchNotHealthy']);

/** Whether an outcome says anything about its strategy. */
export function isConclusive(outcome: LearnedOutcome): boolean {
  return outcome !== 'PENDING' && outcome !== 'INCONCLUSIVE';
}

/** Judges every operation that has ended, oldest first. Each is judged once, however often it is listed. */
export function judged(
  operations: readonly Operation[],
  { relapseWithinSeconds }: Pick<LearningSettings, 'relapseWithinSeconds'>,
  nowMs: number,
): readonly JudgedOperation[] {
  const withinMs = relapseWithinSeconds * 1_000;
  const unique = [...new Map(operations.map((operation) => [operation.operationId, operation])).values()];
  const begun = Map.groupBy(unique, faultOf);
  return unique
    .flatMap((operation) => {
      const { completedAtMs } = operation;
      if (completedAtMs === undefined) return [];
      const untilMs = completedAtMs + withinMs;
      const isBack = (begun.get(faultOf(operation)) ?? []).some(
        ({ operationId, startedAtMs }) =>
          operationId !== operation.operationId && startedAtMs >= completedAtMs && startedAtMs <= untilMs,
      );
      return [
        {
          operation: { ...operation, completedAtMs },
          outcome: outcomeOf(operation, isBack, untilMs <= nowMs),
        },
      ];
    })
    .toSorted((a, b) => a.operation.completedAtMs - b.operation.completedAtMs);
}

function faultOf({ component, diagnosis }: Operation): string {
  return `${component}\n${diagnosis.rootCause}`;
}

function outcomeOf({ result, failure }: Operation, isBack: boolean, isSettled: boolean): LearnedOutcome {
  if (result === 'SUCCESS') return isBack ? 'RELAPSED' : isSettled ? 'LASTING' : 'PENDING';
  if (result !== 'FAILED' || !failure) return 'INCONCLUSIVE';
  if (WITHOUT_EFFECT.has(failure.error)) return 'NO_EFFECT';
  return failure.error === 'ActionFailed' ? 'FAILED' : 'INCONCLUSIVE';
}
