import { denialIn } from '../core/denial.ts';
import type { Containment } from '../core/operation/containment.ts';
import type { Failure, Operation, StepRecord } from '../core/operation/operation.ts';
import type { TargetReport } from '../core/operation/target-report.ts';
import type { Notification } from '../ports/announcers.ts';

/** What people are told of an operation: what, where, why, and what was done so far. */
export function operationNotification(
  topic: Notification['topic'],
  operation: Operation,
  message: string,
  more: {
    readonly failure?: Failure;
    readonly steps?: readonly StepRecord[];
    readonly report?: TargetReport | undefined;
    readonly containment?: Containment;
  } = {},
): Notification {
  const { operationId, component, strategyId, attempt, diagnosis, alert } = operation;
  const denial = denialIn(
    [more.failure?.cause, ...(more.steps ?? []).map(({ detail }) => detail)].join('\n'),
  );
  return {
    topic,
    subject: `Selfheal: ${component}: ${alert.metric} (${strategyId}, attempt ${attempt})`,
    body: {
      message,
      operationId,
      component,
      strategyId,
      attempt,
      reason: alert.reason,
      rootCause: diagnosis.rootCause,
      ...(more.containment && { result: 'CONTAINED', containment: more.containment }),
      ...(more.failure && { failure: more.failure }),
      ...(denial && { missingPermission: denial }),
      ...(more.report && { targets: more.report }),
      ...(more.steps && {
        steps: more.steps.map(({ stepId, action, outcome, detail }) => ({ stepId, action, outcome, detail })),
      }),
    },
  };
}
