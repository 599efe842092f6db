import type { PendingStep } from '../../core/admission/records.ts';
import { hasFallback, stepSeconds } from '../../core/operation/agent-first.ts';
import {
  lateRefusal,
  type NamedStep,
  stepToCarryOut,
  stopperOf,
} from '../../core/operation/step-admission.ts';
import { stepOrder } from '../../core/operation/step-order.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import { TargetBusy } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { completeStep } from './complete-step.ts';
import { findPlannedOperation } from './running-operation.ts';

/** How long after a step's deadline its claim stays valid: three rounds of the reconciler. */
export const LEASE_MARGIN_SECONDS = 180;

/** How often a step is tried within seconds whose target is busy; from then on, the reconciler has it tried again. */
const QUICK_TRIES = 3;

export interface ActDeps extends CarryOutDeps {
  readonly store: CarryOutDeps['store'] &
    Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'beginStep'>;
}

export interface ActInput {
  readonly operationId: string;
  readonly component: string;
  readonly fence: number;
  readonly step: NamedStep;
  /** How often the state machine has tried the step before. */
  readonly attempt: number;
  readonly taskToken: string;
}

/**
 * Begins one action; the function that learns its outcome completes the task token. Safe to repeat: a step that has an outcome
 * answers with it, an action that was begun is not begun again, and one that may have been begun has no second effect.
 *
 * One whose target is busy waits, for its time-out at most: the reconciler fails its task as `TargetBusy`, on which the
 * state machine tries it again. What is begun then has its own time-out, however long it waited.
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
  const late = lateRefusal(operation, stepId, deps.clock.nowMs());
  if (late !== undefined) return await refused(late);
  const step = stepToCarryOut(operation, plan, input.step);
  if (step === undefined) return await refused(`operation ${input.operationId} has no step ${stepId}`);

  const nowMs = deps.clock.nowMs();
  const isBackedUp = hasFallback(plan.strategy.actions, step.action);
  const deadlineMs = nowMs + stepSeconds(step.action, isBackedUp) * 1_000;
  const waitUntilMs = await waitingUntil(deps.store, input);
  const leaseUntilMs = deadlineMs + LEASE_MARGIN_SECONDS * 1_000;
  const order = stepOrder(input.fence - operation.fence, stepId, input.attempt);
  const pending: PendingStep = {
    ...{ stepId, order, taskToken: input.taskToken, startedAtMs: nowMs, deadlineMs },
    ...(waitUntilMs !== undefined && { waitUntilMs }),
  };
  // The token is on record before the steps are read: an outcome that comes later finds it, one that came is found.
  if (!(await deps.store.beginStep(input, pending, leaseUntilMs))) {
    const cause = `operation ${input.operationId} has a newer fence than ${input.fence}, or is past ${stepId}`;
    return await refused(cause);
  }
  const steps = await deps.store.listSteps(input.operationId);
  const stopper = stopperOf(stepId, steps);
  if (stopper) return await refused(`${stopper.stepId} (${stopper.action}) ended as ${stopper.outcome}`);

  const earlier = steps.find((other) => other.stepId === stepId);
  if (earlier?.outcome !== undefined)
    return await completeStep(deps, { ...earlier, outcome: earlier.outcome });
  if (earlier?.reference) return;
  const subject = { operation, component: plan.component, fence: input.fence };
  try {
    await carryOut(deps, { subject, plan, step, steps, attempt: input.attempt, startedAtMs: nowMs });
  } catch (error) {
    if (!(error instanceof TargetBusy && input.attempt >= QUICK_TRIES)) throw error;
    const waits = { waitsFor: shortReason(error.message), waitUntilMs: waitUntilMs ?? deadlineMs };
    await deps.store.beginStep(input, { ...pending, ...waits }, leaseUntilMs);
  }
}

/** Until when a step that has waited for its target may be begun. @returns `undefined` if it has not waited */
async function waitingUntil(
  store: Pick<OperationStore, 'getClaim'>,
  { operationId, component, step: { stepId }, attempt }: ActInput,
): Promise<number | undefined> {
  const claim = attempt > QUICK_TRIES ? await store.getClaim(component) : undefined;
  const pending = claim?.operationId === operationId ? claim.step : undefined;
  return pending?.stepId === stepId ? pending.waitUntilMs : undefined;
}
