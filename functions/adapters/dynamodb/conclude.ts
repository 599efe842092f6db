import type { CancellationReason, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { Conclusion, OperationStore } from '../../ports/operation-store.ts';
import { CONCLUSION_ITEMS, claimlessConclusionInput, conclusionInput } from './conclusion-input.ts';
import { decodeOperation } from './operation-item.ts';
import type { Table } from './table.ts';

/**
 * A conclusion whose answer was lost is found on the operation by its state, result and time: the caller that sends
 * it again is told `true`, as it would have been the first time. Anybody else's is `false`.
 *
 * ```
 * operation open,  claim its own ─► all three items at once                           true
 * operation open,  claim not its own ─► cancelled ─► the operation (and its strategy's rest) alone  true
 * operation final ─► cancelled with the final record ─► this very conclusion?         true : false
 * operation missing ─► cancelled without one                                          false
 * ```
 */
export function createConclude(
  table: Table,
  tableName: string,
  newRequestToken: () => string,
): OperationStore['conclude'] {
  return async (conclusion) => {
    const inputs: readonly TransactWriteItemsCommandInput[] = [
      conclusionInput(tableName, newRequestToken(), conclusion),
      claimlessConclusionInput(tableName, newRequestToken(), conclusion),
    ];
    for (const input of inputs) {
      const transacted = await table.transactPatiently(input);
      if (transacted.outcome === 'written') return true;
      const operation = transacted.reasons[CONCLUSION_ITEMS.operation];
      if (operation?.Code === 'ConditionalCheckFailed') return isTheSame(operation, conclusion);
    }
    throw new StoreUnavailable(`operation ${conclusion.operationId} could be concluded neither way`);
  };
}

function isTheSame(reason: CancellationReason, conclusion: Conclusion): boolean {
  if (!reason.Item) return false;
  const { state, result, completedAtMs } = decodeOperation(reason.Item);
  return (
    state === conclusion.state && result === conclusion.result && completedAtMs === conclusion.completedAtMs
  );
}
