/** The error of a state: a name by which Retry and Catch select, and a cause for people. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string;
  readonly causeText: string | undefined;

  constructor(error: string, causeText?: string) {
    super(causeText === undefined ? error : `${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** The execution has ended while something in it was still waiting. */
export class ExecutionOver extends Error {
  override readonly name = 'ExecutionOver';
}

/** A definition that is refused; the message names the place, what is wrong with it, and what is supported. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly code = 'INVALID_DEFINITION';
}

/** An error of Step Functions' API, named as in the SDK, such as `ExecutionAlreadyExists`. */
export class StepFunctionsError extends Error {
  override readonly name: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = code;
  }
}

/** Step Functions' own errors that a Retry or Catch can name: `States.Runtime` always ends the execution. */
export const NAMES_TO_HANDLE: readonly string[] = (
  'ALL BranchFailed DataLimitExceeded ExceedToleratedFailureThreshold HeartbeatTimeout Http.Socket IntrinsicFailure ' +
  'ItemReaderFailed NoChoiceMatched ParameterPathFailure Permissions QueryEvaluationError ResultPathMatchFailure ' +
  'ResultWriterFailed TaskFailed Timeout'
)
  .split(' ')
  .map((name) => `States.${name}`);

/** Whether a name may be in `ErrorEquals`: any except unknown ones with Step Functions' reserved prefix. */
export function isNameToHandle(name: string): boolean {
  return !name.startsWith('States.') || NAMES_TO_HANDLE.includes(name);
}

/** No Catch and no Retry handles this one. */
const RUNTIME = 'States.Runtime';
/** Has to be caught by its own name. */
const DATA_LIMIT = 'States.DataLimitExceeded';

/**
 * Whether a retrier's or catcher's `ErrorEquals` matches an error.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === RUNTIME) return false;
  if (errorEquals.includes(error)) return true;
  // A missed heartbeat is reported as a time-out too.
  const isTimeout = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
  if (isTimeout && errorEquals.includes('States.Timeout')) return true;
  if (error === DATA_LIMIT) return false;
  return errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && !isTimeout);
}
