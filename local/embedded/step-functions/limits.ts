import { StateError } from './errors.ts';

/**
 * Quotas of Step Functions that a definition can run into.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAXIMUM_PAYLOAD_BYTES = 256 * 1024;
export const MAXIMUM_DEFINITION_BYTES = 1024 * 1024;
/** What one Assign may store, and all variables of an execution together. */
export const MAXIMUM_ASSIGN_BYTES = 256 * 1024;
export const MAXIMUM_VARIABLES_BYTES = 10 * 1024 * 1024;
export const MAXIMUM_HISTORY_EVENTS = 25_000;
export const MAXIMUM_NAME_CHARACTERS = 80;
/** Iterations of an inline Map that run at once at most, whatever it asks for. */
export const MAXIMUM_INLINE_CONCURRENCY = 40;
/** Seconds; what a Standard execution may take is a year. */
export const MAXIMUM_EXPRESS_SECONDS = 300;
export const MAXIMUM_STANDARD_SECONDS = 31_536_000;
/** Above it, the status event leaves input and output out. */
export const MAXIMUM_EVENT_PAYLOAD_BYTES = 248 * 1024;

export function jsonBytes(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

/** @throws StateError `States.DataLimitExceeded` for what is larger than a payload may be */
export function checkPayload(value: unknown, what: string): void {
  const bytes = jsonBytes(value);
  if (bytes <= MAXIMUM_PAYLOAD_BYTES) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `${what} has ${bytes} bytes, ${MAXIMUM_PAYLOAD_BYTES} are allowed`,
  );
}
