import type { RolledBack } from '../admission/records.ts';
import type { Strategy } from '../configuration/strategy-schema.ts';
import { rollsChangeBack } from './action-effects.ts';
import { healStep } from './heal-steps.ts';
import type { Operation, StepRecord } from './operation.ts';

/** Outcomes after which nothing was done, unless a change is on record. */
const LEFT_AS_IT_WAS: readonly StepRecord['outcome'][] = ['FAILED', 'CANCELLED', 'SKIPPED'];

/**
 * What an operation has rolled back for good: with a step that rolls a change back and was not undone. What may have been
 * done counts: what is no longer there must not be rolled back again.
 */
export function rolledBackBy(
  operation: Operation,
  strategy: Strategy,
  steps: readonly StepRecord[],
): RolledBack | undefined {
  const undone = new Set(
    (operation.undoSteps ?? [])
      .filter(({ stepId }) => steps.some((step) => step.stepId === stepId && step.outcome === 'SUCCEEDED'))
      .map(({ undoes }) => undoes),
  );
  const isRolledBack = steps.some(({ stepId, outcome, change }) => {
    const action = healStep(strategy, operation, stepId)?.action;
    const wasDone = change !== undefined || !LEFT_AS_IT_WAS.includes(outcome);
    return action && rollsChangeBack(action) && wasDone && !undone.has(stepId);
  });
  if (!isRolledBack) return undefined;
  const { change } = operation.alert;
  if (!change) return { startedUpToMs: operation.startedAtMs };
  const { source, changeId, startedAtMs } = change;
  return { startedUpToMs: startedAtMs, source, changeId };
}
