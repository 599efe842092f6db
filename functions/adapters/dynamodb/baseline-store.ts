import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BaselineStore } from '../../ports/baseline-store.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { baselineKey, decodeShard, keepPendingInput, saveShardInput } from './baseline-items.ts';
import { type Consumed, createTable } from './table.ts';

export interface DynamoBaselineStoreOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  /** Receives the capacity that every answered request used. @default capacity is not asked for */
  readonly onConsumed?: (consumed: Consumed) => void;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

/**
 * Baselines in the engine's DynamoDB table.
 *
 * Rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing was done, and
 * with ItemNotDecodable when an item is not what this version writes.
 */
export function createBaselineStore(options: DynamoBaselineStoreOptions): BaselineStore {
  const { client, tableName, onConsumed, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, onConsumed);
  return {
    readShards: async (shards) => {
      const items = await table.getMany(shards.map(baselineKey));
      return new Map(items.map(decodeShard).map((versioned) => [versioned.record.shard, versioned] as const));
    },

    saveShard: async (record, version, previous) => {
      const outcome = await table.put(saveShardInput(tableName, { record, version, previous }));
      // The answer to the first try was lost, and the record is this one.
      return outcome.written || (outcome.repeated && outcome.item?.['version']?.S === version);
    },

    keepPending: async (shard, version, pending) => {
      await table.update(keepPendingInput(tableName, { shard, version, pending }));
    },
  };
}
