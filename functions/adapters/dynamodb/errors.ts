import { StoreUnavailable } from '../../ports/errors.ts';
import { translateCode, translateError } from '../aws/translate-error.ts';

/** The DynamoDB action that is called. */
export type Api = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'TransactWriteItems';

const CONFLICTS = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'IdempotentParameterMismatchException',
  'ReplicatedWriteConflictException',
]);

/** Whether another write to the same items was under way: nothing is wrong, and a retry helps. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && CONFLICTS.has(error.name);
}

/** What the SDK threw, as an error of the port. If it may be transient, the outcome is unknown. */
export function translated(api: Api, error: unknown): unknown {
  return translateError(`dynamodb:${api}`, error, StoreUnavailable);
}

/** A cancellation that no condition caused: throttled, or refused for good. */
export function translatedCancellation(code: string, message: string, cause: Error): Error {
  return translateCode('dynamodb:TransactWriteItems', code, message, {
    Unavailable: StoreUnavailable,
    cause,
  });
}
