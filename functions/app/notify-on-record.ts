import type { Operation, StepId } from '../core/operation/operation.ts';
import type { Notification, Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';

/** Of what was said, the record keeps so much: an item of the table has its limit. */
const MOST_CHARACTERS = 4_000;

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
    detail: detail.slice(0, MOST_CHARACTERS),
  });
}
