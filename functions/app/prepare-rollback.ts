import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { Action } from '../core/configuration/schema.ts';
import { type Failure, type PlannedStep, type StepRecord, stepPhase } from '../core/operation/operation.ts';
import { rollbackPlan } from '../core/operation/rollback-plan.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { plannedOperation } from './running-operation.ts';

export interface PrepareRollbackDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<
    OperationStore,
    'getOperation' | 'getPlan' | 'listSteps' | 'enterPhase' | 'recordOutcome'
  >;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly clock: Clock;
}

export interface PrepareRollbackInput {
  readonly operationId: string;
  readonly failure: Failure;
}

/**
 * Lays out the undo steps of an operation that failed. With rollback switched off they are recorded as skipped.
 *
 * @throws OperationGone
 */
export async function prepareRollback(
  deps: PrepareRollbackDeps,
  { operationId, failure }: PrepareRollbackInput,
): Promise<{ readonly steps: readonly PlannedStep[] }> {
  const { operation, plan } = await plannedOperation(deps.store, operationId);
  await deps.store.enterPhase(operationId, 'ROLLING_BACK', { failure });
  await deps.events.stateChanged({
    operation: { ...operation, failure },
    state: 'ROLLING_BACK',
    atMs: deps.clock.nowMs(),
  });

  const { strategy } = plan;
  const healed = (await deps.store.listSteps(operationId)).filter(
    (step) => stepPhase(step.stepId) === 'heal',
  );
  const steps = rollbackPlan(
    strategy,
    asksForInverses(strategy.actions, healed),
    healed.filter(succeeded),
  ).map((action, index): PlannedStep => ({ stepId: `rollback-${index}`, action }));
  if (deps.configuration.settings.rollbackEnabled) return { steps };
  for (const step of steps) await recordSkipped(deps, operation.component, operationId, step);
  return { steps: [] };
}

function succeeded(step: StepRecord): boolean {
  return step.outcome === 'SUCCEEDED';
}

/**
 * Whether the action that stopped the repair asks for what was done before it to be taken back. It is the first one
 * that did not succeed and was not to be passed over, on record or not: one that was refused, or whose function broke,
 * never got a record.
 */
function asksForInverses(actions: readonly Action[], steps: readonly StepRecord[]): boolean {
  const stopper = actions.find((action, index) => {
    const outcome = steps.find((step) => step.stepId === `heal-${index}`)?.outcome;
    return outcome === undefined || (outcome !== 'SUCCEEDED' && action.onError !== 'continue');
  });
  return stopper?.onError === 'rollback';
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
