import type { Operation, StepId } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { describeReport, missedTargets, targetReport } from '../core/operation/target-report.ts';
import { shortReason } from '../core/signal/event-values.ts';
import type { Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { operationNotification } from './notifications.ts';

/** Differs from the escalation step of a failed operation, which must not count as done. */
const REPORT_STEP: StepId = 'escalate-1';

export interface ReportMissedDeps {
  readonly store: Pick<OperationStore, 'listSteps' | 'recordOutcome'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/**
 * Notifies the architect, once, of targets that a completed operation had to skip: they are not repaired.
 *
 * @returns the same text for the record; `undefined` if a person need not know of any skipped target
 */
export async function reportMissed(
  deps: ReportMissedDeps,
  operation: Operation,
  plan: OperationPlan,
): Promise<string | undefined> {
  if (!operation.layout) return undefined;
  const { operationId, component } = operation;
  const steps = await deps.store.listSteps(operationId);
  const report = targetReport({ ...plan, operation, steps, pending: undefined });
  if (!report || Object.keys(missedTargets(report)).length === 0) return undefined;
  const message = shortReason(`Healed, but not everywhere. ${describeReport(report)}`);
  if (steps.some(({ stepId }) => stepId === REPORT_STEP)) return message;

  await deps.notifier.notify(operationNotification('architect', operation, message, { report }));
  const nowMs = deps.clock.nowMs();
  await deps.store.recordOutcome({
    operationId,
    stepId: REPORT_STEP,
    component,
    action: 'notify_architect',
    onError: 'continue',
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    outcome: 'SUCCEEDED',
    detail: message,
  });
  return message;
}
