import type { PendingStep } from '../core/admission/records.ts';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { Failure, PlannedStep, StepId, StepRecord } from '../core/operation/operation.ts';
import { plannedConsequence } from '../core/operation/planned-step.ts';
import { rollbackPlan } from '../core/operation/rollback-plan.ts';
import { shortReason } from '../core/signal/event-values.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { type CancelPendingDeps, cancelPending, type StillActing } from './cancel-pending.ts';
import { OperationGone, type PlannedOperation, plannedOperation } from './running-operation.ts';

export interface PrepareRollbackDeps extends CancelPendingDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<
    OperationStore,
    'getOperation' | 'getPlan' | 'getClaim' | 'listSteps' | 'beginRollback' | 'recordOutcome'
  >;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly clock: Clock;
}

export interface PrepareRollbackInput {
  readonly operationId: string;
  readonly failure: Failure;
}

/** Something that could not be cancelled may still act on a host: undoing it now would be undone in turn. */
class CommandsStillRunning extends Error {
  override readonly name = 'CommandsStillRunning';
  readonly code = 'COMMANDS_STILL_RUNNING';
  readonly operationId: string;

  constructor(operationId: string, left: readonly StillActing[]) {
    super(`operation ${operationId} is not undone before its commands have ended: ${describe(left)}`);
    this.operationId = operationId;
  }
}

export interface PreparedRollback {
  readonly steps: readonly PlannedStep[];
  /** With what is not certain about the hosts. */
  readonly failure: Failure;
}

/**
 * Calls off what an operation that failed has under way, and lays out its undo steps, once: whoever asks again gets the
 * same. With rollback switched off they are recorded as skipped.
 *
 * @throws CommandsStillRunning while what could not be called off may act, as long as SSM gives it
 * @throws OperationGone, OperationNotOnRecord
 */
export async function prepareRollback(
  deps: PrepareRollbackDeps,
  { operationId, failure: reason }: PrepareRollbackInput,
): Promise<PreparedRollback> {
  const planned = await plannedOperation(deps.store, operationId);
  const { operation, plan } = planned;
  const claim = await deps.store.getClaim(operation.component);
  const pending = claim?.operationId === operationId ? claim.step : undefined;
  const begun = await deps.store.listSteps(operationId);
  const left = await cancelPending(deps, operation, plan, begun, pending?.stepId);
  if (deps.clock.nowMs() < lastActMs(planned, left, begun, pending))
    throw new CommandsStillRunning(operationId, left);
  const failure = left.length === 0 ? reason : withDoubt(reason, left);
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

/** SSM's own grace: to fetch a command takes as long as its time-out, but 30 s at least, and to run it as long again. */
const MINIMUM_DELIVERY_MS = 30_000;
const GRACE_MS = 15_000;

/** Until when what is left may act: by then SSM has ended it, by its own time-outs. */
function lastActMs(
  { operation, plan }: PlannedOperation,
  left: readonly StillActing[],
  begun: readonly StepRecord[],
  pending: PendingStep | undefined,
): number {
  const longestMs = Math.max(...plan.strategy.actions.map(({ timeoutSeconds }) => timeoutSeconds)) * 1_000;
  const begunAtMs = (stepId: StepId) =>
    Math.max(
      begun.find((step) => step.stepId === stepId)?.startedAtMs ?? operation.startedAtMs,
      pending?.stepId === stepId ? pending.startedAtMs : 0,
    );
  const lastsMs = longestMs + Math.max(longestMs, MINIMUM_DELIVERY_MS) + GRACE_MS;
  return Math.max(0, ...left.map(({ stepId }) => begunAtMs(stepId) + lastsMs));
}

function withDoubt({ error, cause }: Failure, left: readonly StillActing[]): Failure {
  return { error, cause: `${cause}. May still act on the host: ${describe(left)}` };
}

function describe(left: readonly StillActing[]): string {
  return left
    .map(
      ({ stepId, commandId, problem }) => `${stepId} (${commandId ?? 'command of unknown id'}): ${problem}`,
    )
    .join('; ');
}

/** So that nobody takes a step for done, or for undone, whose command may still act. */
async function recordUnknown(
  deps: PrepareRollbackDeps,
  { operation, plan }: PlannedOperation,
  { stepId, commandId, problem }: StillActing,
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
    ...(commandId !== undefined && { commandId }),
    outcome: 'UNKNOWN',
    detail: shortReason(`its command could not be cancelled, and may still act: ${problem}`),
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
