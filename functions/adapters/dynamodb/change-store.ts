import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { changeEvent } from '../../core/change/change-event.ts';
import { type ChangeStore, MAXIMUM_CHANGE_EVENTS } from '../../ports/change-store.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { decodeItem, encodeItem } from './item.ts';
import { changeEventKey, changesPartition, earliestChangeKey, expiresAtSeconds } from './keys.ts';
import { newestFirst } from './operation-inputs.ts';
import { createTable } from './table.ts';

export interface DynamoChangeStoreOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  readonly historyRetentionDays: number;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

/**
 * Changes in the engine's DynamoDB table: an item for each event, so that events may come late and in any order. The
 * first delivery stays.
 *
 * Rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing was done, and
 * with ItemNotDecodable when an item is not what this version writes.
 */
export function createChangeStore(options: DynamoChangeStoreOptions): ChangeStore {
  const { client, tableName, historyRetentionDays, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, undefined);
  return {
    recordChange: async (event) => {
      const expiresAt = expiresAtSeconds(event.atMs, historyRetentionDays);
      await table.put({
        TableName: tableName,
        Item: encodeItem({ ...changeEventKey(event), ...event, expiresAt }),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    },

    listChanges: async (component, sinceMs) => {
      const items = await table.query(
        newestFirst(tableName, changesPartition(component), earliestChangeKey(sinceMs)),
        MAXIMUM_CHANGE_EVENTS,
      );
      return items.map((item) => decodeItem(item, changeEvent));
    },
  };
}
