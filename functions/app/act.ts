import { letsGoOn } from '../core/operation/batch-progress.ts';
import { type HealStep, healStep } from '../core/operation/heal-steps.ts';
import type { Operation, PlannedStep, StepId, StepRecord } from '../core/operation/operation.ts';
import { stepPhase } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { stepOrder } from '../core/operation/step-order.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { completeStep } from './complete-step.ts';
import { findPlannedOperation } from './running-operation.ts';

/** How long after a step's deadline its claim stays valid: three rounds of the reconciler. */
export const LEASE_MARGIN_SECONDS = 180;

export const REPAIR_TOO_LONG = 'the repair took longer than settings.repairTimeoutSeconds';

export interface ActDeps extends CarryOutDeps {
  readonly store: CarryOutDeps['store'] &
    Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'beginStep'>;
}

export interface ActInput {
  readonly operationId: string;
  readonly component: string;
  readonly fence: number;
  /** A heal step is known by its id; an undo step is carried as it was laid out. */
  readonly step: Pick<PlannedStep, 'stepId'> & Partial<PlannedStep>;
  /** How often the state machine had tried the step before. */
  readonly attempt: number;
  readonly taskToken: string;
}

/**
 * Begins one action; whoever learns how it ended completes the task token. Safe to repeat: a step that has an outcome
 * answers with it, a command that was sent is not sent again, and one that may have been sent is answered by the
 * host's ledger with its first result.
 *
 * @throws StoreUnavailable, or an API's transient error: nothing is known, ask again
 */
export async function act(deps: ActDeps, input: ActInput): Promise<void> {
  const refused = async (cause: string): Promise<void> => {
    await deps.tokens.fail(input.taskToken, 'StepRefused', cause);
  };

  const found = await findPlannedOperation(deps.store, input.operationId);
  if ('problem' in found) return await refused(found.problem.message);
  const { operation, plan } = found;
  const { stepId } = input.step;
  const late = refuseLate(operation, stepId, deps.clock.nowMs());
  if (late !== undefined) return await refused(late);
  const step = stepToCarryOut(operation, plan, input.step);
  if (step === undefined) return await refused(`operation ${input.operationId} has no step ${stepId}`);

  const nowMs = deps.clock.nowMs();
  const deadlineMs = nowMs + step.action.timeoutSeconds * 1_000;
  const order = stepOrder(input.fence - operation.fence, stepId, input.attempt);
  const pending = { stepId, order, taskToken: input.taskToken, startedAtMs: nowMs, deadlineMs };
  // The token is on record before the steps are read: an outcome that comes later finds it, one that came is found.
  if (!(await deps.store.beginStep(input, pending, deadlineMs + LEASE_MARGIN_SECONDS * 1_000))) {
    const cause = `operation ${input.operationId} has a newer fence than ${input.fence}, or is past ${stepId}`;
    return await refused(cause);
  }
  const steps = await deps.store.listSteps(input.operationId);
  const stopper =
    stepPhase(stepId) === 'heal' ? steps.find((other) => stopsHealing(other, stepId)) : undefined;
  if (stopper) return await refused(`${stopper.stepId} (${stopper.action}) ended as ${stopper.outcome}`);

  const earlier = steps.find((other) => other.stepId === stepId);
  if (earlier?.outcome !== undefined)
    return await completeStep(deps, { ...earlier, outcome: earlier.outcome });
  if (earlier?.commandId !== undefined) return;
  const subject = { operation, component: plan.component, fence: input.fence };
  await carryOut(deps, { subject, plan, step, steps, attempt: input.attempt, startedAtMs: nowMs });
}

function stepToCarryOut(
  operation: Operation,
  { strategy }: OperationPlan,
  { stepId, action, targets }: ActInput['step'],
): PlannedStep | HealStep | undefined {
  if (stepPhase(stepId) === 'heal') return healStep(strategy, operation, stepId);
  return action && { stepId, action, ...(targets && { targets }) };
}

function refuseLate(operation: Operation, stepId: StepId, nowMs: number): string | undefined {
  if (stepPhase(stepId) !== 'heal') return undefined;
  if (operation.state === 'ROLLING_BACK') return `operation ${operation.operationId} is being rolled back`;
  return nowMs < operation.deadlineMs ? undefined : REPAIR_TOO_LONG;
}

function stopsHealing(step: StepRecord, stepId: string): boolean {
  const isOther = step.stepId !== stepId && stepPhase(step.stepId) === 'heal';
  return isOther && step.outcome !== undefined && !letsGoOn(step);
}
