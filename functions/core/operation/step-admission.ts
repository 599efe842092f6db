import { letsGoOn } from './batch-progress.ts';
import { REPAIR_TOO_LONG } from './failure.ts';
import { type HealStep, healStep } from './heal-steps.ts';
import { type Operation, type PlannedStep, type StepId, type StepRecord, stepPhase } from './operation.ts';
import type { OperationPlan } from './operation-plan.ts';

/** A step as the state machine names it: a heal step by its id alone, an undo step as it was laid out. */
export type NamedStep = Pick<PlannedStep, 'stepId'> & Partial<PlannedStep>;

/** What a step does; `undefined` if the operation has no such step. */
export function stepToCarryOut(
  operation: Operation,
  { strategy }: OperationPlan,
  { stepId, action, targets, undoes }: NamedStep,
): PlannedStep | HealStep | undefined {
  if (stepPhase(stepId) === 'heal') return healStep(strategy, operation, stepId);
  return action && { stepId, action, ...(targets && { targets }), ...(undoes && { undoes }) };
}

/** Why a step may no longer begin; `undefined` if it may. Undoing is never too late. */
export function lateRefusal(
  { operationId, state, deadlineMs }: Pick<Operation, 'operationId' | 'state' | 'deadlineMs'>,
  stepId: StepId,
  nowMs: number,
): string | undefined {
  if (stepPhase(stepId) !== 'heal') return undefined;
  if (state === 'ROLLING_BACK') return `operation ${operationId} is being rolled back`;
  return nowMs < deadlineMs ? undefined : REPAIR_TOO_LONG;
}

/** The heal step whose outcome keeps another one from beginning, if there is one. */
export function stopperOf(stepId: StepId, steps: readonly StepRecord[]): StepRecord | undefined {
  if (stepPhase(stepId) !== 'heal') return undefined;
  return steps.find(
    (other) =>
      other.stepId !== stepId &&
      stepPhase(other.stepId) === 'heal' &&
      other.outcome !== undefined &&
      !letsGoOn(other),
  );
}
