import {
  type ActionReference,
  canBeCancelled,
  describeReference,
} from '../../core/actions/action-reference.ts';
import { actionDefinition } from '../../core/actions/action-table.ts';
import { executorOn } from '../../core/actions/runbook-of.ts';
import type { Claim, PendingStep } from '../../core/admission/records.ts';
import { targetKindOf } from '../../core/configuration/target-selector.ts';
import { describeDenial } from '../../core/denial.ts';
import { type StepRecord, stepPhase } from '../../core/operation/operation.ts';
import { plannedAction, plannedConsequence } from '../../core/operation/planned-step.ts';
import { isForGood, NotFound, NotPermitted, RequestRefused } from '../../ports/errors.ts';
import type { ActionKey } from '../executors/action-call.ts';
import {
  type CancelDeps,
  canBeFound,
  cancelAction,
  type FindDeps,
  findAction,
  type InspectDeps,
} from '../executors/executors.ts';
import { completeStep } from '../heal/complete-step.ts';
import { endStep, type SettleDeps, settleStep } from './settle-step.ts';

/** A step that has been silent so long is looked at; nearly every action is done before, and its event came. */
const SILENT_MS = 30_000;
/** An action that has not ended so long after the step's deadline is given up. */
const GRACE_MS = 15_000;

const NO_END = 'no end after its time-out';

export interface ReconcileStepDeps extends SettleDeps, InspectDeps, CancelDeps, FindDeps {
  readonly runbooks: SettleDeps['runbooks'] &
    InspectDeps['runbooks'] &
    CancelDeps['runbooks'] &
    FindDeps['runbooks'];
  readonly automations: InspectDeps['automations'] & CancelDeps['automations'];
  readonly functions: InspectDeps['functions'] & CancelDeps['functions'];
}

/**
 * Polls the action of a step that has been silent too long; past its deadline it is cancelled and timed out. The step
 * ends then, whether or not the action can be looked at and cancelled.
 *
 * @throws NotPermitted, RequestRefused before the deadline: an action that cannot be looked at may still end by its event
 */
export async function reconcileStep(
  deps: ReconcileStepDeps,
  claim: Claim & { readonly component: string },
): Promise<readonly string[]> {
  const { step: pending, operationId } = claim;
  const nowMs = deps.clock.nowMs();
  if (!pending || nowMs - pending.startedAtMs < SILENT_MS) return [];

  const record = await deps.store.getStep(operationId, pending.stepId);
  if (record?.outcome !== undefined) {
    // Between two steps this is the rule; it only matters if the token was never completed.
    await completeStep(deps, { ...record, outcome: record.outcome });
    return [];
  }
  const isOver = nowMs >= pending.deadlineMs + GRACE_MS;
  const refusals: Error[] = [];
  const unlessRefused = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!(isOver && isForGood(error))) throw error;
      refusals.push(error);
      return undefined;
    }
  };
  const planned = record?.reference ? undefined : await plannedStep(deps, claim, pending);
  const reference =
    record?.reference ?? (planned && (await unlessRefused(() => findAction(deps, planned.key))));
  const owner = { operationId, stepId: pending.stepId, action: record?.action };
  const settled =
    reference && (await unlessRefused(() => settleStep(deps, reference, { isSilent: true, owner })));
  const isSettled = settled?.settlement === 'settled';
  // Targets that have left keep it from ending; should one come back, it must no longer act.
  if (reference && isSettled && !settled.isOver) await unlessRefused(() => cancel(deps, reference));
  if (isSettled) return [`settled silent ${pending.stepId} of ${operationId}`];
  const waitsFor = reference ? undefined : pending.waitsFor;
  if (waitsFor === undefined && !isOver) return [];
  if (waitsFor !== undefined && nowMs < (pending.waitUntilMs ?? pending.deadlineMs))
    return await tryAgain(deps, claim, pending);

  if (!reference && !record && stepPhase(pending.stepId) === 'verify')
    return await giveUpLooking(deps, claim, pending);
  const cancelled = reference && (await unlessRefused(() => cancel(deps, reference)));
  const isCancelled = cancelled?.isCancelled === true;
  const step = {
    ...(record ?? (await plannedStep(deps, claim, pending)).step),
    ...(reference && { reference }),
    ...(cancelled?.undo !== undefined && { undo: cancelled.undo }),
  };
  const [refusal] = refusals;
  if (refusal) await endStep(deps, step, 'UNKNOWN', doubt(reference, isCancelled, refusal));
  else if (reference) {
    const last = settled?.pending ? `; last seen: ${settled.pending}` : '';
    await endStep(deps, step, 'TIMED_OUT', `${NO_END}; ${fate(reference, isCancelled, 'cancelled')}${last}`);
  } else if (waitsFor !== undefined) {
    const what = record?.change
      ? 'it was not seen to begin within its time-out, though an earlier try may have begun it'
      : 'it could not be begun within its time-out';
    await endStep(deps, step, 'TIMED_OUT', `${what}: ${waitsFor}`);
  } else {
    const what = mayHaveBegun(planned?.key, record)
      ? `${NO_END}; it may have been begun, and it is not known whether it has ended`
      : 'nothing was begun';
    await endStep(deps, step, 'TIMED_OUT', what);
  }
  return [`timed out ${pending.stepId} of ${operationId}`];
}

/** Has the state machine try a step again whose target was busy. */
async function tryAgain(
  { tokens }: Pick<ReconcileStepDeps, 'tokens'>,
  { operationId }: Pick<Claim, 'operationId'>,
  { taskToken, stepId, waitsFor = '' }: PendingStep,
): Promise<readonly string[]> {
  const isTried = await tokens.fail(taskToken, 'TargetBusy', waitsFor);
  return isTried ? [`had ${stepId} of ${operationId} tried again`] : [];
}

/** Its service may refuse to, or no longer know it. */
async function cancel(
  deps: CancelDeps,
  reference: ActionReference,
): Promise<{ readonly isCancelled: boolean; readonly undo?: string | undefined }> {
  try {
    return { isCancelled: true, undo: await cancelAction(deps, reference) };
  } catch (error) {
    if (!(error instanceof RequestRefused || error instanceof NotFound)) throw error;
    return { isCancelled: false };
  }
}

/**
 * Whether a step without a reference may have begun its action. A resource is not changed before the change is on record,
 * and a command that was sent is found.
 */
function mayHaveBegun(
  { action, kind = 'host' }: Pick<ActionKey, 'action' | 'kind'> = {},
  record: StepRecord | undefined,
): boolean {
  if (action === undefined) return true;
  const executor = executorOn(actionDefinition(action), kind);
  if (executor === 'resource' || record?.change) return record?.change !== undefined;
  return executor === 'notification' || !canBeFound(action, kind);
}

function fate(reference: ActionReference, isCancelled: boolean, cancelled: string): string {
  const what = describeReference(reference);
  if (!canBeCancelled(reference)) return `${what} was not stopped, and goes on`;
  return `${what} ${isCancelled ? cancelled : 'could not be cancelled, and may still act'}`;
}

/** What is known of an action that cannot be looked at, or not be cancelled, and why. */
function doubt(reference: ActionReference | undefined, isCancelled: boolean, refusal: Error): string {
  const why = refusal instanceof NotPermitted ? describeDenial(refusal.denial) : refusal.message;
  const what = reference ? fate(reference, isCancelled, 'was cancelled') : 'it may have been begun';
  return `${why}: ${NO_END}; ${what}`;
}

/**
 * A verification that looks by itself keeps no record. Its step stays pending until the next one begins or the
 * operation is concluded, which does not show how it ended: only a task that still waits for it is answered.
 */
async function giveUpLooking(
  deps: ReconcileStepDeps,
  claim: Claim & { readonly component: string },
  pending: PendingStep,
): Promise<readonly string[]> {
  const detail = 'no execution was checking it any longer';
  const { step } = await plannedStep(deps, claim, pending);
  await completeStep(deps, { ...step, outcome: 'TIMED_OUT', detail });
  return [];
}

/** A step of which its function recorded no reference, or nothing at all, before it stopped: what the plan says of it. */
async function plannedStep(
  { store }: Pick<ReconcileStepDeps, 'store'>,
  { operationId, component }: Claim & { readonly component: string },
  { stepId, startedAtMs }: PendingStep,
): Promise<{ readonly key: ActionKey; readonly step: StepRecord }> {
  const operation = await store.getOperation(operationId);
  const plan = operation && (await store.getPlan(operation.planId));
  const action = plan && plannedAction(plan.strategy, operation, stepId);
  const consequence = plannedConsequence(plan?.strategy, operation ?? {}, stepId);
  return {
    // An earlier try of the step may have begun it: then it is older than the step that is pending.
    key: {
      ...{ operationId, stepId, sinceMs: operation?.startedAtMs ?? startedAtMs, action },
      ...(plan && { kind: targetKindOf(plan.component.targets) }),
    },
    step: {
      ...{ operationId, stepId, component, action: action ?? 'unknown' },
      ...{ ...consequence, startedAtMs, targets: [] },
    },
  };
}
