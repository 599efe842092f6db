import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { Failure, PlannedStep } from '../core/operation/operation.ts';
import { rollbackPlan } from '../core/operation/rollback-plan.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { type CallOffDeps, callOff } from './call-off.ts';
import { OperationGone, plannedOperation } from './running-operation.ts';

export interface PrepareRollbackDeps extends CallOffDeps {
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

/**
 * Calls off what an operation that failed has under way, and lays out its undo steps, once: whoever asks again gets the
 * same. With rollback switched off they are recorded as skipped.
 *
 * @throws OperationGone
 */
export async function prepareRollback(
  deps: PrepareRollbackDeps,
  { operationId, failure }: PrepareRollbackInput,
): Promise<{ readonly steps: readonly PlannedStep[] }> {
  const { operation, plan } = await plannedOperation(deps.store, operationId);
  const claim = await deps.store.getClaim(operation.component);
  const pending = claim?.operationId === operationId ? claim.step?.stepId : undefined;
  const begun = await deps.store.listSteps(operationId);
  await callOff(deps, operation, plan, begun, pending);
  const laidOut = rollbackPlan(plan.strategy, begun, pending);
  const steps = await deps.store.beginRollback(operationId, failure, laidOut);
  if (!steps) throw new OperationGone(`operation ${operationId} has ended`);
  await deps.events.stateChanged({
    operation: { ...operation, failure },
    state: 'ROLLING_BACK',
    atMs: deps.clock.nowMs(),
  });
  if (deps.configuration.settings.rollbackEnabled) return { steps };
  for (const step of steps) await recordSkipped(deps, operation.component, operationId, step);
  return { steps: [] };
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
