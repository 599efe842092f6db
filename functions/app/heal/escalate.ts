import { containmentOf } from '../../core/operation/containment.ts';
import { type FailedUndo, type Failure, hasEnded } from '../../core/operation/operation.ts';
import { targetReport } from '../../core/operation/target-report.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { operationNotification } from '../notifications.ts';
import { type NotifyOnRecordDeps, notifyOnRecord } from '../notify-on-record.ts';
import { OperationNotOnRecord } from './running-operation.ts';

export interface EscalateDeps extends NotifyOnRecordDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'recordOutcome'>;
}

export interface EscalateInput {
  readonly operationId: string;
  /** @default it did not fail, and only a containment needs a person */
  readonly failure?: Failure | undefined;
  /** @default none, or nobody saw them fail */
  readonly failedUndos?: readonly FailedUndo[];
}

/**
 * Calls a person: says what was tried, with what outcome, and in what state the plan leaves the component; or what was
 * contained, and how to lift it. Does nothing for a repair that did not fail, or for an operation that has ended
 * meanwhile: its end was already reported.
 *
 * @throws OperationNotOnRecord
 */
export async function escalate(
  deps: EscalateDeps,
  { operationId, failure, failedUndos }: EscalateInput,
): Promise<void> {
  const operation = await deps.store.getOperation(operationId);
  if (!operation) throw new OperationNotOnRecord(operationId);
  if (hasEnded(operation)) return;
  const steps = await deps.store.listSteps(operationId);
  if (steps.some((step) => step.stepId === 'escalate-0')) return;

  const plan = await deps.store.getPlan(operation.planId);
  const report = plan && targetReport({ ...plan, operation, steps, pending: undefined });
  const containment = plan && containmentOf(plan.strategy.actions);
  const { containedMessage, failedMessage } = await import('../../core/operation/escalation-message.ts');
  const message = failure
    ? failedMessage(
        failure,
        operation,
        plan?.strategy.rollback.onFailure ?? 'escalate',
        steps,
        report,
        failedUndos,
      )
    : containment && containedMessage(operation, containment, steps, plan.strategy.actions);
  if (message === undefined) return;
  const notification = operationNotification('architect', operation, message, {
    steps,
    report,
    ...(failure && { failure }),
    ...(!failure && containment && { containment }),
  });
  await notifyOnRecord(deps, operation, 'escalate-0', notification, message);
}
