import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { decodeComponent } from './component-item.ts';
import { CONCLUSION_ITEMS, claimlessConclusionInput, conclusionInput } from './conclusion-input.ts';
import type { Table } from './table.ts';

/**
 * At most one call for an operation returns `concluded`. A call whose answer was lost on the way is repeated by the SDK
 * with the same request token, and DynamoDB answers it as it did the first time; once the call has failed, the next one
 * returns `ended-before`, since it can't know whose conclusion it finds.
 *
 * ```
 * operation open,  claim its own          ─► all three items at once                                  concluded
 * operation open,  claim its own, overtaken ─► cancelled                                              overtaken
 * operation open,  claim not its own      ─► cancelled ─► the operation and its strategy's rest alone concluded
 * operation final or missing              ─► cancelled                                                ended-before
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
      if (transacted.outcome === 'written') return 'concluded';
      const operation = transacted.reasons[CONCLUSION_ITEMS.operation];
      if (operation?.Code === 'ConditionalCheckFailed') return 'ended-before';
      const component = transacted.reasons[CONCLUSION_ITEMS.component]?.Item;
      if (component && decodeComponent(component).claim?.operationId === conclusion.operationId)
        return 'overtaken';
    }
    throw new StoreUnavailable(
      `operation ${conclusion.operationId} could not be concluded, with its claim or without`,
    );
  };
}
