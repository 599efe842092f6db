import { actionDefinition } from '../../core/actions/action-table.ts';
import type { ClaimKey } from '../../core/admission/records.ts';
import { sharedResource } from '../../core/operation/action-effects.ts';
import { FETCH_SECONDS, fallsBack, hasFallback } from '../../core/operation/agent-first.ts';
import { isCheckedInGroup } from '../../core/operation/batch-check.ts';
import { groupHealthWait, type HealStep } from '../../core/operation/heal-steps.ts';
import type { PlannedStep, StepRecord } from '../../core/operation/operation.ts';
import { stepPhase } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { needsAgent } from '../../core/operation/target-availability.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { Metrics } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import { isForGood, ServiceUnavailable } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { type BeginDeps, beginAction } from '../executors/executors.ts';
import { nodesForAction } from './action-nodes.ts';
import {
  type BatchStepDeps,
  batchStep,
  isOnlineEnough,
  NOTHING_TO_LIFT,
  type StepEnd,
} from './batch-step.ts';
import { changeOf, type StepChange } from './change-records.ts';
import { type ChooseTargetsDeps, TargetsUnavailable, targetRefs, targetsOf } from './choose-targets.ts';
import { type CompleteDeps, completeStep } from './complete-step.ts';
import type { LiftedIsolationDeps } from './lifted-isolation.ts';

/** A node that has left between the look at it and the sending; the API names none of the others. */
const NODE_HAS_LEFT = 'InvalidInstanceId';

export interface CarryOutDeps extends BeginDeps {
  readonly store: CompleteDeps['store'] &
    LiftedIsolationDeps['store'] &
    Pick<OperationStore, 'listSteps' | 'recordStep' | 'recordChange' | 'recordOwnOutcome'>;
  readonly runbooks: BeginDeps['runbooks'] & BatchStepDeps['runbooks'] & ChooseTargetsDeps['runbooks'];
  readonly tokens: CompleteDeps['tokens'];
  readonly metrics: Pick<Metrics, 'stepEnded'>;
  readonly clock: Clock;
}

export interface StepToCarryOut {
  readonly subject: ActionSubject;
  readonly plan: OperationPlan;
  readonly step: PlannedStep | HealStep;
  /** The operation's records so far. */
  readonly steps: readonly StepRecord[];
  /** How often the state machine had tried the step before. */
  readonly attempt: number;
  readonly startedAtMs: number;
}

/**
 * Begins a step's action on its targets. What asking again would not change fails the step, and its `onError` decides.
 *
 * @throws an API's transient error
 */
export async function carryOut(deps: CarryOutDeps, given: StepToCarryOut): Promise<void> {
  const { subject, step, steps, startedAtMs } = given;
  const { stepId, action } = step;
  const record: StepRecord = {
    operationId: subject.operation.operationId,
    stepId,
    component: subject.operation.component,
    action: action.type,
    onError: action.onError,
    startedAtMs,
    targets: [],
    ...('isCheck' in step && step.isCheck && { failsAs: 'BatchNotHealthy' }),
  };
  const undone = 'undoes' in step ? steps.find((other) => other.stepId === step.undoes) : undefined;
  const key = { operationId: record.operationId, component: record.component, fence: subject.fence };
  const isLift = subject.operation.alert.lifts !== undefined && action.type === 'restore_network';
  const found = isLift
    ? await (await import('./lifted-isolation.ts')).liftedIsolation(
        deps,
        subject,
        step,
        given.plan.strategy,
        steps.filter((other) => other.stepId !== stepId),
      )
    : undefined;
  const lifted = found && 'problem' in found ? undefined : found;
  const change = changeOf(deps.store, key, record, steps, lifted ?? undone);
  const isBackedUp = hasFallback(given.plan.strategy.actions, action);
  const carried = { ...given, undone, change, isBackedUp, only: lifted?.targets };
  // What is done is tried here and recorded below: an error of the records says nothing of the action.
  const shared = sharedResource(action, subject.component);
  let done: Done;
  try {
    if (found && 'problem' in found) done = { outcome: 'FAILED', detail: found.problem };
    else if (actionDefinition(action.type).targetKinds.length === 0) done = await begin(deps, carried, []);
    else if (shared !== undefined) done = await begin(deps, carried, [shared]);
    else if ('batch' in step && subject.operation.layout) done = await carryOutOnBatch(deps, carried, step);
    else done = await carryOutOnTargets(deps, carried, 'targets' in step ? step.targets : undefined);
  } catch (error) {
    if (!endsTheStep(error)) throw error;
    const isUnavailable = error instanceof TargetsUnavailable;
    const why = isUnavailable ? { failsAs: 'TargetsUnavailable' as const } : {};
    done = { outcome: isUnavailable && isBackedUp ? 'SKIPPED' : 'FAILED', detail: error.message, ...why };
  }
  if (isBackedUp && 'outcome' in done && done.outcome === 'SKIPPED') {
    const { lostCommand } = await import('./fall-back.ts');
    const reference = await lostCommand(deps, subject, stepId);
    if (reference) done = { reference, targets: [] };
  }
  // A host that is isolated in both ways is let back in by the second step, and not by the first.
  if (lifted?.change && done.targets)
    done = { ...done, targets: done.targets.filter((id) => !lifted.twice.includes(id)) };
  const recorded = { ...record, ...change.kept() };
  if ('outcome' in done) await end(deps, key, recorded, done);
  else await deps.store.recordStep({ ...recorded, ...done });
}

/** The immediate result of a step: its action goes on by itself, or the step is over. */
type Done =
  | (Required<Pick<StepRecord, 'reference'>> & Pick<StepRecord, 'targets' | 'unreached' | 'skipped' | 'undo'>)
  | StepEnd;

/** A step with what is on record of it, and of the step that it undoes. */
interface CarriedStep extends StepToCarryOut {
  readonly undone: StepRecord | undefined;
  readonly change: StepChange;
  /** Whether what it does not do is left to the next step. */
  readonly isBackedUp: boolean;
  /** Ids of the targets that it may be done on. @default all */
  readonly only: readonly string[] | undefined;
}

async function begin(
  deps: CarryOutDeps,
  { subject, plan, step, steps, undone, change, isBackedUp }: CarriedStep,
  targets: readonly string[],
  acceptsPartial = false,
): Promise<Done> {
  const { stepId, action } = step;
  const { type, params, timeoutSeconds } = action;
  const { targetGroup } = subject.component;
  if (
    'isCheck' in step &&
    step.isCheck &&
    targetGroup &&
    isCheckedInGroup(plan.strategy, subject.component)
  ) {
    const { begin: waitInGroup } = await import('../executors/group-health.ts');
    return { targets, ...(await waitInGroup(deps, targetGroup, targets, groupHealthWait(plan.strategy))) };
  }
  const call = {
    subject,
    stepId,
    params,
    timeoutSeconds,
    acceptsPartial: acceptsPartial || isBackedUp,
    fetchSeconds: isBackedUp ? FETCH_SECONDS : undefined,
    ...('undoes' in step &&
      undone?.outcome !== 'SUCCEEDED' && { undoes: step.undoes, undoesReference: undone?.reference }),
    undo: undone?.undo,
  };
  const beginOn = async (ids: readonly string[]) =>
    await beginAction(deps, type, {
      ...{ ...call, targets: targetRefs(subject.component, ids), changes: change.on(ids) },
    });
  const begun = fallsBack(action)
    ? await (await import('./fall-back.ts')).fallBack(deps, subject, stepId, steps, targets, beginOn)
    : await beginOn(targets);
  return { targets, ...begun };
}

async function carryOutOnTargets(
  deps: CarryOutDeps,
  given: CarriedStep,
  named: readonly string[] | undefined,
): Promise<Done> {
  const acceptsPartial = stepPhase(given.step.stepId) === 'rollback';
  if (given.only?.length === 0) return { outcome: 'SKIPPED', detail: NOTHING_TO_LIFT };
  const { fit, unfit } = await targetsOf(
    deps,
    given.subject,
    given.only ?? named,
    acceptsPartial,
    needsAgent(given.step.action),
    (ids) => nodesForAction(deps, ids, given.step.action),
  );
  if ('isCheck' in given.step && isOnlineEnough(given.step, given.plan))
    return { outcome: 'SUCCEEDED', detail: `${fit.join(', ')}: online` };
  return withUnreached(await begin(deps, given, fit, acceptsPartial), unfit);
}

/** What was not done on all targets has failed, once it is over. */
function withUnreached(begun: Done, unreached: readonly string[]): Done {
  if (unreached.length === 0) return begun;
  if (!('outcome' in begun)) return { ...begun, unreached };
  return {
    ...begun,
    outcome: 'FAILED',
    detail: `could not be done on ${unreached.join(', ')}; ${begun.detail}`,
  };
}

async function carryOutOnBatch(
  deps: CarryOutDeps,
  given: CarriedStep,
  step: HealStep,
  mayHaveLeft = true,
): Promise<Done> {
  const { subject, plan, steps, attempt } = given;
  const decided = await batchStep(deps, subject, plan, step, steps, attempt, given.only);
  if (decided.kind === 'over') return decided.end;
  if (step.opensBatch && (await isOvertaken(deps, subject)))
    return { outcome: 'SKIPPED', detail: 'the operation was taken over', isFinal: true };
  const { targets, skipped, unreached } = decided;
  try {
    const begun = withUnreached(await begin(deps, given, targets, given.only !== undefined), unreached);
    return { ...begun, ...(Object.keys(skipped).length > 0 && { skipped }) };
  } catch (error) {
    const hasLeft = isForGood(error) && error.serviceCode === NODE_HAS_LEFT;
    if (!hasLeft || !mayHaveLeft) throw error;
    return await carryOutOnBatch(deps, given, step, false);
  }
}

/** Looking at the targets takes seconds, in which an operator may have stopped the execution. */
async function isOvertaken(
  { store }: CarryOutDeps,
  { operation: { operationId, component }, fence }: ActionSubject,
): Promise<boolean> {
  const claim = await store.getClaim(component);
  return claim?.operationId !== operationId || claim.fence !== fence;
}

/**
 * Ends a step whose action has ended. Where another outcome is on record, or this function was overtaken, its own is out
 * of date: the function that recorded the other one, or took over, completes the task.
 */
async function end(deps: CarryOutDeps, key: ClaimKey, step: StepRecord, stepEnd: StepEnd): Promise<void> {
  const { detail, isFinal = false, ...facts } = stepEnd;
  const ended = {
    ...step,
    ...facts,
    detail: shortReason(detail),
    completedAtMs: deps.clock.nowMs(),
    ...(isFinal && { onError: 'abort' as const }),
  };
  if (!(await deps.store.recordOwnOutcome(key, ended))) {
    await goOnWithOther(deps, ended);
    return;
  }
  deps.metrics.stepEnded(ended);
  await completeStep(deps, ended);
}

/**
 * Another try of the step may have put on record what it was about to change, after this one had looked for that. Asked
 * again, the step goes on with what is on record.
 *
 * @throws ServiceUnavailable
 */
async function goOnWithOther(
  { store }: CarryOutDeps,
  { operationId, stepId, change }: StepRecord,
): Promise<void> {
  if (change !== undefined) return;
  const steps = await store.listSteps(operationId);
  const present = steps.find((step) => step.stepId === stepId);
  if (present?.change === undefined || present.outcome !== undefined) return;
  throw new ServiceUnavailable(
    `another try of ${stepId} of operation ${operationId} has begun to change something: ask for its outcome`,
  );
}

/** Errors that asking again would not change: the action has failed, and its `onError` decides. */
function endsTheStep(error: unknown): error is Error {
  return isForGood(error) || error instanceof TargetsUnavailable;
}
