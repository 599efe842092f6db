import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { encodeItem } from './item.ts';
import { type Consumed, createTable } from './table.ts';
import {
  clearPendingInput,
  decodeRegisteredPeer,
  decodeReport,
  decodeShard,
  encodeRegisteredPeer,
  peersQuery,
  registeredPeerKey,
  reportsQuery,
  saveReportInput,
  saveRoundInput,
  shardKey,
  shardsQuery,
} from './watchdog-items.ts';

export interface DynamoWatchdogStoreOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  /** Receives the capacity that every answered request used. @default capacity is not asked for */
  readonly onConsumed?: (consumed: Consumed) => void;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

/** More than can exist: the configuration limits shards and vantage points. */
const MOST_ITEMS = 1_000;
const MOST_PEERS = 100_000;

/**
 * The watchdog's memory in the engine's DynamoDB table. A round is one item, which the next round overwrites.
 *
 * Rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing was done, and
 * with ItemNotDecodable when an item is not what this version writes.
 *
 * A round whose answer was lost counts as not saved when the SDK's second try finds it there. That is safe: its
 * decisions are pending in the item, and the next round announces them.
 */
export function createWatchdogStore(options: DynamoWatchdogStoreOptions): WatchdogStore {
  const { client, tableName, onConsumed, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, onConsumed);
  return {
    readShard: async (shard) => {
      const item = await table.get(shardKey(shard));
      return item && decodeShard(item);
    },

    listShards: async () => (await table.query(shardsQuery(tableName), MOST_ITEMS)).map(decodeShard),

    saveRound: async (record, previousRoundAtMs) =>
      (await table.put(saveRoundInput(tableName, record, previousRoundAtMs))).written,

    clearPending: async (shard, roundAtMs) => {
      await table.update(clearPendingInput(tableName, shard, roundAtMs));
    },

    saveReport: async (shard, report) => {
      await table.put(saveReportInput(tableName, shard, report));
    },

    listReports: async (shard) =>
      (await table.query(reportsQuery(tableName, shard), MOST_ITEMS)).map(decodeReport),

    registerPeer: async (peer) => {
      await table.put({ TableName: tableName, Item: encodeRegisteredPeer(peer) });
    },

    removePeer: async (name) => {
      const Delete = { TableName: tableName, Key: encodeItem({ ...registeredPeerKey(name) }) };
      await table.transactPatiently({ TransactItems: [{ Delete }] });
    },

    listPeers: async () => (await table.query(peersQuery(tableName), MOST_PEERS)).map(decodeRegisteredPeer),
  };
}
