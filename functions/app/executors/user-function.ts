import { isReversible } from '../../core/change/change-event.ts';
import { targetKindOf } from '../../core/configuration/target-selector.ts';
import type { SuspectedChange } from '../../core/diagnosis/cause.ts';
import { functionOutcome } from '../../core/operation/function-answer.ts';
import type { UserFunctions } from '../../ports/user-functions.ts';
import type { Begin } from './executor.ts';

export interface FunctionBeginDeps {
  readonly functions: Pick<UserFunctions, 'invoke'>;
}

/**
 * Invokes a function of the user's, and waits for its answer. It may be invoked twice: by the idempotency key it knows a
 * repetition. An undo of its own has a key of its own.
 */
export const begin: Begin<'function', FunctionBeginDeps> = async ({ functions }, definition, call) => {
  const { operation, component } = call.subject;
  const { operationId, alert } = operation;
  const params = definition.params.parse(call.params);
  const name = String(params['function']);
  const answer = await functions.invoke(
    name,
    {
      version: 1,
      idempotencyKey: `${operationId}/${call.stepId}`,
      phase: params['phase'] === 'undo' ? 'undo' : 'do',
      operationId,
      stepId: call.stepId,
      component: operation.component,
      targetKind: targetKindOf(component.targets),
      targets: call.targets.map(({ id }) => id),
      parameters: params['parameters'] as Readonly<Record<string, unknown>>,
      ...(call.undo !== undefined && { undo: JSON.parse(call.undo) as unknown }),
      ...(alert.change && isReversible(alert.change) && { change: changeOf(alert.change) }),
      alert: { metric: alert.metric, severity: alert.severity, reason: alert.reason },
    },
    call.timeoutSeconds,
  );
  if ('payload' in answer) return functionOutcome(name, answer.payload);
  const { errorType, errorMessage } = answer.functionError;
  return { outcome: 'FAILED', detail: `${name} failed: ${errorType}: ${errorMessage}` };
};

/** What a pipeline needs to roll its own change back. */
function changeOf({ changeId, source, kind, startedAtMs }: SuspectedChange) {
  return { id: changeId, source, kind, startedAt: new Date(startedAtMs).toISOString() };
}
