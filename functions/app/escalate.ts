import type { ActionType } from '../core/actions/action-table.ts';
import type { OnFailure } from '../core/configuration/strategy-schema.ts';
import { type Failure, type PlannedStep, type StepRecord, stepPhase } from '../core/operation/operation.ts';
import type { Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { operationNotification } from './notifications.ts';
import { runningOperation } from './running-operation.ts';

export interface EscalateDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'recordOutcome'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

export interface EscalateInput {
  readonly operationId: string;
  readonly failure: Failure;
}

/**
 * Calls a human: says what was tried, what came of it, and in what state the plan leaves the component.
 *
 * @throws OperationGone
 */
export async function escalate(deps: EscalateDeps, { operationId, failure }: EscalateInput): Promise<void> {
  const operation = await runningOperation(deps.store, operationId);
  const steps = await deps.store.listSteps(operationId);
  if (steps.some((step) => step.stepId === 'escalate-0')) return;

  const plan = await deps.store.getPlan(operation.planId);
  const onFailure = plan?.strategy.rollback.onFailure ?? 'escalate';
  const message = whatIsLeft(onFailure, operation.undoSteps ?? [], steps);
  await deps.notifier.notify(operationNotification('architect', operation, message, { failure, steps }));
  const nowMs = deps.clock.nowMs();
  await deps.store.recordOutcome({
    operationId,
    stepId: 'escalate-0',
    component: operation.component,
    action: 'notify_architect',
    onError: 'continue',
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    outcome: 'SUCCEEDED',
    detail: message,
  });
}

/** In what state the plan has left the component, told by what its steps came to. */
function whatIsLeft(
  onFailure: OnFailure,
  laidOut: readonly PlannedStep[],
  steps: readonly StepRecord[],
): string {
  const undo = steps.filter((step) => stepPhase(step.stepId) === 'rollback');
  const parts = ['Healing failed.', ...undone(laidOut, undo)];
  if (onFailure === 'enter_safe_mode' && undo.some((step) => hasDone(step, 'enter_safe_mode'))) {
    parts.push('The component is in safe mode.');
  }
  if (onFailure === 'maintain_isolation' && steps.some((step) => hasDone(step, 'isolate_network'))) {
    parts.push('The host stays isolated until a human restores it.');
  }
  return [...parts, 'A human is needed.'].join(' ');
}

function undone(laidOut: readonly PlannedStep[], undo: readonly StepRecord[]): readonly string[] {
  if (undo.length === 0) return ['No undo step was taken.'];
  if (undo.every(({ outcome }) => outcome === 'SKIPPED')) return ['Rollback is switched off.'];
  const failed = undo.filter(({ outcome }) => outcome !== 'SUCCEEDED');
  const untaken = laidOut.filter(({ stepId }) => !undo.some((step) => step.stepId === stepId));
  if (failed.length + untaken.length === 0) return ['It was rolled back.'];
  const list = (names: readonly string[]) => names.join(', ');
  return [
    ...(failed.length > 0
      ? [`Undo steps did not succeed: ${list(failed.map(({ stepId, action }) => `${stepId} ${action}`))}.`]
      : []),
    ...(untaken.length > 0
      ? [
          `Undo steps were not taken: ${list(untaken.map(({ stepId, action }) => `${stepId} ${action.type}`))}.`,
        ]
      : []),
  ];
}

function hasDone({ action, outcome }: StepRecord, wanted: ActionType): boolean {
  return action === wanted && outcome === 'SUCCEEDED';
}
