import {
  type FunctionReference,
  functionReference,
  idempotencyKey,
  parseFunctionReference,
} from '../../core/actions/function-reference.ts';
import { isReversible } from '../../core/change/change-event.ts';
import { targetKindOf } from '../../core/configuration/target-selector.ts';
import type { SuspectedChange } from '../../core/diagnosis/cause.ts';
import { type FunctionOutcome, functionOutcome, lookOutcome } from '../../core/operation/function-answer.ts';
import { RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { FunctionAnswer, FunctionRequest, UserFunctions } from '../../ports/user-functions.ts';
import type { ActionCall } from './action-call.ts';
import type { Begin, Cancel, Find, Inspect } from './executor.ts';

export interface FunctionBeginDeps {
  readonly functions: Pick<UserFunctions, 'invoke' | 'ask'>;
}
export interface FunctionLookDeps {
  readonly functions: Pick<UserFunctions, 'ask'>;
}

/** How long a function may take to answer, even if what it starts takes longer: the function that asks has a minute. */
const ANSWER_SECONDS = 45;
/** How long it may take to say how far it has come: functions that ask have several steps to look after. */
const LOOK_SECONDS = 10;

/**
 * Invokes a function of the user's, and waits for its answer: what it did, or that it has started something that goes on.
 * It may be invoked twice: by the idempotency key it knows a repetition. An undo of its own has a key of its own, and is
 * not begun while what it undoes may still be running.
 */
export const begin: Begin<'function', FunctionBeginDeps> = async ({ functions }, definition, call) => {
  const params = definition.params.parse(call.params);
  const functionName = String(params['function']);
  const { operationId } = call.subject.operation;
  const isLasting = params['lasting'] === true;
  const started = startedBefore(call, isLasting ? functionName : undefined);
  const undone = started && (await look(functions, started, 'inspect'));
  if (undone && undone.outcome === undefined)
    return { outcome: 'FAILED', detail: `not undone, since it may still act: ${undone.detail}` };
  const request = requestOf({ ...call, undo: undone?.undo ?? call.undo }, params);
  const waitSeconds = Math.min(call.timeoutSeconds, ANSWER_SECONDS);
  const answer = await functions.invoke(functionName, request, waitSeconds);
  if (!('payload' in answer)) return { outcome: 'FAILED', detail: described(functionName, answer) };
  const { outcome, reference, ...said } = functionOutcome(functionName, answer.payload);
  if (outcome === 'SUCCEEDED' || outcome === 'FAILED') return { outcome, ...said };
  // Nobody is permitted to ask about it where the configuration does not say that it lasts: it may go on unseen.
  if (!isLasting)
    return {
      ...said,
      outcome: 'UNKNOWN',
      detail: `${said.detail}, and its end is awaited only with \`lasting: true\``,
    };
  const key = { functionName, operationId, stepId: call.stepId };
  const id = functionReference({ ...key, ...(reference !== undefined && { reference }) });
  return {
    reference: { executor: 'function', id },
    ...(said.undo !== undefined && { undo: said.undo }),
  };
};

/**
 * What the step that is to be undone may still be working on.
 *
 * @param lastingFunction the function to ask by its key where no reference is on record
 */
function startedBefore(
  { subject, undoes, undoesReference }: ActionCall,
  lastingFunction: string | undefined,
): FunctionReference | undefined {
  if (undoes === undefined) return undefined;
  if (undoesReference?.executor === 'function') return parseFunctionReference(undoesReference.id);
  const { operationId } = subject.operation;
  return lastingFunction === undefined
    ? undefined
    : { functionName: lastingFunction, operationId, stepId: undoes };
}

function requestOf(call: ActionCall, params: Readonly<Record<string, unknown>>): FunctionRequest {
  const { operation, component } = call.subject;
  const { operationId, alert } = operation;
  return {
    version: 1,
    idempotencyKey: idempotencyKey({ operationId, stepId: call.stepId }),
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
  };
}

/** What a pipeline needs to roll its own change back. */
function changeOf({ changeId, source, kind, startedAtMs }: SuspectedChange) {
  return { id: changeId, source, kind, startedAt: new Date(startedAtMs).toISOString() };
}

/** A function that cannot be asked now, or answers nonsense, may still be working. */
export const inspect: Inspect<FunctionLookDeps> = async ({ functions }, id) => ({
  ...(await look(functions, parseFunctionReference(id), 'inspect')),
  ...{ isWhole: true, targets: [], targetCount: 0 },
});

export const cancel: Cancel<FunctionLookDeps> = async ({ functions }, id, mayYetBegin = false) => {
  const started = parseFunctionReference(id);
  const isOver = ({ outcome }: FunctionOutcome) =>
    outcome !== undefined && !(mayYetBegin && outcome === 'UNKNOWN');
  const cancelled = await look(functions, started, 'cancel');
  if (isOver(cancelled)) return cancelled.undo;
  // One that cannot be cancelled may have ended by itself.
  const ended = await look(functions, started, 'inspect');
  if (isOver(ended)) return ended.undo ?? cancelled.undo;
  throw new RequestRefused(cancelled.detail);
};

/** One that lasts can be asked by its key alone, whether or not it was begun; no other can be asked at all. */
export const find: Find<unknown> = async (_deps, { operationId, stepId, params }) => {
  if (params?.['lasting'] !== true) return undefined;
  const functionName = String(params['function']);
  return { executor: 'function', id: functionReference({ functionName, operationId, stepId }) };
};

/** @throws NotPermitted, NotFound, RequestRefused: nobody was asked */
async function look(
  functions: FunctionLookDeps['functions'],
  { functionName, ...started }: FunctionReference,
  phase: 'inspect' | 'cancel',
): Promise<FunctionOutcome> {
  try {
    const request = { version: 1, idempotencyKey: idempotencyKey(started), phase, ...started } as const;
    const answer = await functions.ask(functionName, request, LOOK_SECONDS);
    if ('payload' in answer) return lookOutcome(functionName, answer.payload);
    return { detail: described(functionName, answer) };
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
    return { detail: error.message };
  }
}

function described(
  functionName: string,
  { functionError: { errorType, errorMessage } }: Exclude<FunctionAnswer, { readonly payload: unknown }>,
): string {
  return `${functionName} failed: ${errorType}: ${errorMessage}`;
}
