import { StateError } from './errors.ts';

/**
 * Quotas of Step Functions that a definition can hit.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAXIMUM_PAYLOAD_BYTES = 256 * 1024;
export const MAXIMUM_DEFINITION_BYTES = 1024 * 1024;
/** The most that one Assign may store, and that all variables of an execution may. */
export const MAXIMUM_ASSIGN_BYTES = 256 * 1024;
export const MAXIMUM_VARIABLES_BYTES = 10 * 1024 * 1024;
export const MAXIMUM_HISTORY_EVENTS = 25_000;
export const MAXIMUM_NAME_CHARACTERS = 80;
/** The most iterations of an inline Map that run at once, whatever it asks for. */
export const MAXIMUM_INLINE_CONCURRENCY = 40;
/** Seconds in a year, the longest that a Standard execution may take. */
export const MAXIMUM_EXPRESS_SECONDS = 300;
export const MAXIMUM_STANDARD_SECONDS = 31_536_000;
/** Above this size, the status event leaves out input and output. */
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
