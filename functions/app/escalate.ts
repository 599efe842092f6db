import { assertNever } from '../core/assert-never.ts';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { OnFailure } from '../core/configuration/strategy-schema.ts';
import type { Failure } from '../core/operation/operation.ts';
import type { Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { operationNotification } from './notifications.ts';
import { runningOperation } from './running-operation.ts';

export interface EscalateDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'getOperation' | 'listSteps' | 'recordOutcome'>;
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

  const strategy = deps.configuration.strategies.find(({ id }) => id === operation.strategyId);
  const message = left(strategy?.rollback.onFailure ?? 'escalate');
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

function left(onFailure: OnFailure): string {
  switch (onFailure) {
    case 'escalate':
      return 'Healing failed and was rolled back; a human is needed.';
    case 'enter_safe_mode':
      return 'Healing failed; the component was put into safe mode; a human is needed.';
    case 'maintain_isolation':
      return 'Healing failed; an isolated host stays isolated until a human restores it.';
    default:
      return assertNever(onFailure);
  }
}
