import type { ActionReference } from '../../core/actions/action-reference.ts';
import { targetKindOf } from '../../core/configuration/target-selector.ts';
import type { Operation, StepId, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { plannedAction, plannedConsequence, plannedParams } from '../../core/operation/planned-step.ts';
import { type MayAct, mayAct, type StillActing } from '../../core/operation/still-acting.ts';
import type { Clock } from '../../ports/clock.ts';
import { isForGood } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import {
  type CancelDeps,
  canBeFound,
  cancelAction,
  type FindDeps,
  findAction,
} from '../executors/executors.ts';
import { inParallel } from '../in-parallel.ts';

/** A function of the user's may take 20 s not to answer, and whatever cancels has a minute. */
const STEPS_AT_A_TIME = 10;

export interface CancelPendingDeps extends CancelDeps, FindDeps {
  readonly runbooks: CancelDeps['runbooks'] & FindDeps['runbooks'];
  readonly store: Pick<OperationStore, 'recordStep'>;
  readonly clock: Clock;
}

/**
 * Cancels the actions that an abandoned repair still has under way: a target that waits for its turn, or a host for its
 * agent, must not be acted on once it is being undone.
 *
 * @param pending the step that began last, on record or not
 * @returns what may still act
 * @throws ServiceUnavailable
 */
export async function cancelPending(
  deps: CancelPendingDeps,
  operation: Operation,
  { strategy, component }: OperationPlan,
  steps: readonly StepRecord[],
  pending: StepId | undefined,
): Promise<readonly StillActing[]> {
  const { operationId, startedAtMs: sinceMs } = operation;
  const kind = targetKindOf(component.targets);
  /** Its function stopped before the reference was on record, or a later try could not begin it again. */
  const findLost = async (stepId: StepId): Promise<ActionReference | undefined> => {
    const action = plannedAction(strategy, operation, stepId);
    const params = plannedParams(strategy, operation, stepId);
    return action && (await findAction(deps, { operationId, stepId, sinceMs, action, kind, params }));
  };
  const hasFailed = (stepId: StepId): boolean =>
    steps.some((step) => step.stepId === stepId && step.outcome === 'FAILED');
  /** Nobody can look for what its service does not find by the step: it may go on. */
  const endsUnseen = (stepId: StepId): boolean => {
    const action = plannedAction(strategy, operation, stepId);
    return action !== undefined && !canBeFound(action, kind) && !hasFailed(stepId);
  };
  /** Its undo is begun with what its service has asked for last. */
  const keepUndo = async (stepId: StepId, reference: ActionReference, undo: string | undefined) => {
    if (undo === undefined) return;
    await deps.store.recordStep({
      ...{
        operationId,
        stepId,
        component: operation.component,
        startedAtMs: deps.clock.nowMs(),
        targets: [],
      },
      action: plannedAction(strategy, operation, stepId) ?? 'unknown',
      ...plannedConsequence(strategy, operation, stepId),
      ...steps.find((step) => step.stepId === stepId),
      ...{ reference, undo },
    });
  };
  /** @returns why it may still act, if it may */
  const cancel = async (step: MayAct): Promise<string | undefined> => {
    try {
      const reference = step.reference ?? (await findLost(step.stepId));
      // Without an answer on record, what was to begin it may still be doing so.
      const mayYetBegin = !step.reference && !hasFailed(step.stepId);
      if (reference) await keepUndo(step.stepId, reference, await cancelAction(deps, reference, mayYetBegin));
      else if (endsUnseen(step.stepId)) return 'it is not known whether it has ended';
      return undefined;
    } catch (error) {
      if (isForGood(error)) return error.message;
      throw error;
    }
  };
  const acting = mayAct(steps, pending);
  const problems = new Map<StepId, string | undefined>();
  await inParallel(acting, STEPS_AT_A_TIME, async (step) => {
    problems.set(step.stepId, await cancel(step));
  });
  return acting.flatMap((step): readonly StillActing[] => {
    const problem = problems.get(step.stepId);
    return problem === undefined ? [] : [{ ...step, problem }];
  });
}
