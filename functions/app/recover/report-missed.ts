import type { Operation, StepId } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { describeReport, missedTargets, targetReport } from '../../core/operation/target-report.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { operationNotification } from '../notifications.ts';
import { type NotifyOnRecordDeps, notifyOnRecord } from '../notify-on-record.ts';

/** Differs from the escalation step of a failed operation, which must not count as done. */
const REPORT_STEP: StepId = 'escalate-1';

export interface ReportMissedDeps extends NotifyOnRecordDeps {
  readonly store: Pick<OperationStore, 'listSteps' | 'recordOutcome'>;
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
  const steps = await deps.store.listSteps(operation.operationId);
  const report = targetReport({ ...plan, operation, steps, pending: undefined });
  if (!report || Object.keys(missedTargets(report)).length === 0) return undefined;
  const message = shortReason(`Healed, but not everywhere. ${describeReport(report)}`);
  if (steps.some(({ stepId }) => stepId === REPORT_STEP)) return message;

  const notification = operationNotification('architect', operation, message, { report });
  await notifyOnRecord(deps, operation, REPORT_STEP, notification, message);
  return message;
}
