import { isDeepStrictEqual as isDeepEqual } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { correlatedIncident, type IncidentBoard } from '../../core/correlation/correlated-incident.ts';
import { lazily } from '../../core/lazily.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { decodeItem, encodeItem } from './item.ts';
import {
  BOARD_NAMES_KEY,
  boardKey,
  ENDED_INCIDENTS_PARTITION,
  endedIncidentKey,
  expiresAtSeconds,
} from './keys.ts';
import { newestFirst } from './operation-inputs.ts';
import { type Consumed, createTable } from './table.ts';
import { followsRevision } from './unchanged.ts';

export interface DynamoCorrelationStoreOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  readonly historyRetentionDays: number;
  /** Receives the capacity that every answered request used. @default capacity is not asked for */
  readonly onConsumed?: (consumed: Consumed) => void;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

const KEYS_PER_BATCH = 100;

const boardItem = lazily(() =>
  z.object({
    neighbourhood: z.string(),
    revision: z.int().check(z.positive()),
    incidents: z.array(correlatedIncident()),
  }),
);

const boardNamesItem = lazily(() => z.object({ names: z.array(z.string()) }));

/**
 * Correlated incidents in the engine's DynamoDB table: the incidents of a neighbourhood in one item, so that functions
 * that see its alerts at the same time agree by one conditional write each; those that have ended in items of their own.
 *
 * Rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing was done, and
 * with ItemNotDecodable when an item is not what this version writes.
 */
export function createCorrelationStore(options: DynamoCorrelationStoreOptions): CorrelationStore {
  const { client, tableName, historyRetentionDays, onConsumed, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, onConsumed);
  return {
    readBoards: async (names) => {
      const boards = new Map<string, IncidentBoard>();
      for (let start = 0; start < names.length; start += KEYS_PER_BATCH) {
        const items = await table.getMany(names.slice(start, start + KEYS_PER_BATCH).map(boardKey));
        for (const item of items) {
          const board = decodeItem(item, boardItem);
          boards.set(board.neighbourhood, board);
        }
      }
      return names.map(
        (neighbourhood) => boards.get(neighbourhood) ?? { neighbourhood, revision: 0, incidents: [] },
      );
    },

    saveBoard: async (board) => {
      const saved = await table.put({
        TableName: tableName,
        Item: encodeItem({ ...boardKey(board.neighbourhood), ...board }),
        ...followsRevision(board.revision),
      });
      if (saved.written) return true;
      // The answer to the first try was lost, and what is on record is this.
      if (!(saved.repeated && saved.item)) return false;
      const { revision, incidents } = decodeItem(saved.item, boardItem);
      return revision === board.revision && isDeepEqual(incidents, board.incidents);
    },

    readBoardNames: async () => {
      const [item] = await table.getMany([BOARD_NAMES_KEY]);
      return item ? decodeItem(item, boardNamesItem).names : [];
    },

    saveBoardNames: async (names) => {
      await table.put({ TableName: tableName, Item: encodeItem({ ...BOARD_NAMES_KEY, names: [...names] }) });
    },

    keepEnded: async (incident) => {
      const expiresAt = expiresAtSeconds(incident.resolvedAtMs ?? incident.lastAlertMs, historyRetentionDays);
      await table.put({
        TableName: tableName,
        Item: encodeItem({ ...endedIncidentKey(incident.incidentId), ...incident, expiresAt }),
      });
    },

    listEnded: async (sinceMs, limit) => {
      const items = await table.query(
        newestFirst(tableName, ENDED_INCIDENTS_PARTITION, idTime(sinceMs)),
        limit,
      );
      return items.map((item) => decodeItem(item, correlatedIncident));
    },
  };
}
