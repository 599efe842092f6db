import { StoreUnavailable } from '../../ports/errors.ts';

/** The table refused a request for good: a missing permission or table, or a defect. Nothing was written. */
export class StoreRejected extends Error {
  override readonly name = 'StoreRejected';
  /** The API's own error code, such as AccessDeniedException. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const REJECTIONS = new Set([
  'AccessDeniedException',
  'ItemCollectionSizeLimitExceededException',
  'ResourceNotFoundException',
  'SerializationException',
  'UnrecognizedClientException',
  'ValidationException',
  'ValidationError',
]);

const CONFLICTS = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'IdempotentParameterMismatchException',
  'ReplicatedWriteConflictException',
]);

/** Whether another write to the same items was under way: nothing is wrong, and trying again helps. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && CONFLICTS.has(error.name);
}

/**
 * What the SDK threw, as the port names it. Whatever isn't known to be a rejection leaves the outcome unknown:
 * throttling, time-outs, lost connections, faults of the service.
 */
export function translated(error: unknown, tableName: string): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  const problem = `${cause.name}: ${cause.message}`;
  return REJECTIONS.has(cause.name)
    ? new StoreRejected(cause.name, `table ${tableName} refused the request: ${problem}`, { cause })
    : new StoreUnavailable(`table ${tableName} gave no certain answer: ${problem}`, { cause });
}

/** A cancellation for none of the conditions: throttled, or refused for good. */
export function translatedCancellation(
  code: string,
  message: string,
  tableName: string,
  cause: unknown,
): Error {
  return REJECTIONS.has(code)
    ? new StoreRejected(code, `table ${tableName} refused the transaction: ${message}`, { cause })
    : new StoreUnavailable(`table ${tableName} cancelled the transaction: ${code}: ${message}`, { cause });
}
