import { denialIn } from '../core/denial.ts';
import type { Containment } from '../core/operation/containment.ts';
import type { Failure, Operation, StepRecord } from '../core/operation/operation.ts';
import type { TargetReport } from '../core/operation/target-report.ts';
import { errorTypeOf } from '../core/signal/error-type.ts';
import { shortText } from '../core/signal/event-values.ts';
import type { Notification } from '../ports/announcers.ts';

/**
 * SNS refuses messages over 256 KiB, and an operation may have a thousand steps on fifty hosts each. The record keeps them
 * all.
 */
const MAXIMUM_STEPS = 40;
const MAXIMUM_DETAIL = 500;
const MAXIMUM_MESSAGE = 20_000;

/** A message to people about an operation: what, where, why, and what was done so far, as far as it fits. */
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
      kind: 'operation',
      message: shortText(message, MAXIMUM_MESSAGE),
      operationId,
      component,
      strategyId,
      attempt,
      reason: alert.reason,
      origin: alert.origin,
      metric: alert.metric,
      errorType: errorTypeOf(alert),
      ...(alert.alarmName !== undefined && { alarmName: alert.alarmName }),
      ...(alert.current !== undefined && { current: alert.current }),
      ...(alert.threshold !== undefined && { threshold: alert.threshold }),
      rootCause: diagnosis.rootCause,
      confidence: diagnosis.confidence,
      ...(more.containment && { result: 'CONTAINED', containment: more.containment }),
      ...(more.failure && { failure: more.failure }),
      ...(denial && { missingPermission: denial }),
      ...(more.report && { targets: more.report }),
      ...(more.steps && stepsOf(more.steps)),
    },
  };
}

/** All steps, in their order; of many, those that did not succeed before those that did. */
function stepsOf(steps: readonly StepRecord[]): Readonly<Record<string, unknown>> {
  const failed = steps.filter(({ outcome }) => outcome !== 'SUCCEEDED');
  const succeeded = steps.filter(({ outcome }) => outcome === 'SUCCEEDED');
  const listed = new Set([...failed, ...succeeded.toReversed()].slice(0, MAXIMUM_STEPS));
  return {
    steps: steps
      .filter((step) => listed.has(step))
      .map(({ stepId, action, outcome, detail }) => ({
        ...{ stepId, action, outcome },
        ...(detail !== undefined && { detail: shortText(detail, MAXIMUM_DETAIL) }),
      })),
    ...(listed.size < steps.length && { stepsLeftOut: steps.length - listed.size }),
  };
}
