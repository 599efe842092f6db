import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Failure, PlannedStep, StepRecord } from '../../core/operation/operation.ts';
import { plannedConsequence } from '../../core/operation/planned-step.ts';
import { rollbackPlan } from '../../core/operation/rollback-plan.ts';
import {
  describeStillActing,
  lastActMs,
  type StillActing,
  withStillActing,
  yetToBegin,
} from '../../core/operation/still-acting.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { EventPublisher } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type CancelPendingDeps, cancelPending } from './cancel-pending.ts';
import { OperationGone, type PlannedOperation, plannedOperation } from './running-operation.ts';

export interface PrepareRollbackDeps extends CancelPendingDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<
    OperationStore,
    'getOperation' | 'getPlan' | 'getClaim' | 'listSteps' | 'beginRollback' | 'recordStep' | 'recordOutcome'
  >;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly clock: Clock;
}

export interface PrepareRollbackInput {
  readonly operationId: string;
  readonly failure: Failure;
}

/** An action that could not be cancelled may still act, or one may yet begin, and undo the rollback. */
class ActionsStillRunning extends Error {
  override readonly name = 'ActionsStillRunning';
  readonly code = 'ACTIONS_STILL_RUNNING';
  readonly operationId: string;

  constructor(operationId: string, left: readonly StillActing[]) {
    super(
      `operation ${operationId} is not undone before its actions have ended: ${describeStillActing(left)}`,
    );
    this.operationId = operationId;
  }
}

export interface PreparedRollback {
  readonly steps: readonly PlannedStep[];
  /** Including the actions that may still change something. */
  readonly failure: Failure;
}

/**
 * Cancels the actions of a failed operation, and lays out its undo steps, once: asking again returns the same steps.
 * With rollback switched off they are recorded as skipped.
 *
 * @throws ActionsStillRunning while an action that could not be cancelled may act, or one may yet begin
 * @throws OperationGone, OperationNotOnRecord
 */
export async function prepareRollback(
  deps: PrepareRollbackDeps,
  { operationId, failure: reason }: PrepareRollbackInput,
): Promise<PreparedRollback> {
  const planned = await plannedOperation(deps.store, operationId);
  const { operation, plan } = planned;
  const claim = await deps.store.getClaim(operation.component);
  const own = claim?.operationId === operationId ? claim : undefined;
  const pending = own?.step;
  const begun = await deps.store.listSteps(operationId);
  // Before the search: what is begun after it is not found.
  const lookedAtMs = deps.clock.nowMs();
  const left = await cancelPending(deps, operation, plan, begun, pending?.stepId);
  if (lookedAtMs < lastActMs(left, operation, plan, begun, pending))
    throw new ActionsStillRunning(operationId, left);
  const beginning = yetToBegin(operation, own, begun);
  if (beginning !== undefined && lookedAtMs < beginning.untilMs) {
    const problem = 'the function that was to begin it may still do so';
    throw new ActionsStillRunning(operationId, [{ stepId: beginning.stepId, problem }]);
  }
  const failure = withStillActing(reason, left);
  const laidOut = rollbackPlan({ ...plan, operation, steps: begun, pending: pending?.stepId });
  const steps = await deps.store.beginRollback(operationId, failure, laidOut);
  if (!steps) throw new OperationGone(operationId, 'COMPLETED or FAILED');
  for (const one of left) await recordUnknown(deps, planned, one, begun);
  await deps.events.stateChanged({
    operation: { ...operation, failure },
    state: 'ROLLING_BACK',
    atMs: deps.clock.nowMs(),
  });
  if (deps.configuration.settings.rollbackEnabled) return { steps, failure };
  for (const step of steps) await recordSkipped(deps, operation.component, operationId, step);
  return { steps: [], failure };
}

/** A step that may still act counts neither as done nor as undone. */
async function recordUnknown(
  deps: PrepareRollbackDeps,
  { operation, plan }: PlannedOperation,
  { stepId, problem }: StillActing,
  begun: readonly StepRecord[],
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const record = begun.find((step) => step.stepId === stepId);
  await deps.store.recordOutcome({
    operationId: operation.operationId,
    stepId,
    component: operation.component,
    action: 'unknown',
    ...plannedConsequence(plan.strategy, operation, stepId),
    startedAtMs: nowMs,
    targets: [],
    ...record,
    outcome: 'UNKNOWN',
    detail: shortReason(`it could not be cancelled, and may still act: ${problem}`),
    completedAtMs: nowMs,
  });
}

async function recordSkipped(
  deps: PrepareRollbackDeps,
  component: string,
  operationId: string,
  { stepId, action }: PlannedStep,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  await deps.store.recordOutcome({
    operationId,
    stepId,
    component,
    action: action.type,
    onError: action.onError,
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    outcome: 'SKIPPED',
    detail: 'settings.rollbackEnabled is false',
  });
}
