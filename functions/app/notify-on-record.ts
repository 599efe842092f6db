import type { Operation, StepId } from '../core/operation/operation.ts';
import type { Notification, Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';

export interface NotifyOnRecordDeps {
  readonly store: Pick<OperationStore, 'recordOutcome'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/** Sends a notification and then records it as a step of the operation: better twice than not at all. */
export async function notifyOnRecord(
  deps: NotifyOnRecordDeps,
  { operationId, component }: Operation,
  stepId: StepId,
  notification: Notification,
  detail: string,
): Promise<void> {
  await deps.notifier.notify(notification);
  const nowMs = deps.clock.nowMs();
  await deps.store.recordOutcome({
    operationId,
    stepId,
    component,
    action: 'notify_architect',
    onError: 'continue',
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    outcome: 'SUCCEEDED',
    detail,
  });
}
