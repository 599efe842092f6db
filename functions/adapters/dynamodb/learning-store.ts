import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { lazily } from '../../core/lazily.ts';
import { type Forgotten, NOTHING_FORGOTTEN } from '../../core/learning/forgotten.ts';
import { type LearningStore, OUTCOMES_AT_MOST } from '../../ports/learning-store.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { LEARNING_KEY } from './keys.ts';
import { outcomesQuery } from './operation-inputs.ts';
import { decodeOperation } from './operation-item.ts';
import { createTable } from './table.ts';
import { followsRevision } from './unchanged.ts';

export interface DynamoLearningStoreOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

const marks = {
  allUntilMs: z.exactOptional(epochMs),
  untilMs: z.record(z.string(), epochMs),
};
const forgottenItem = lazily(() =>
  z.object({
    revision: z.int().check(z.positive()),
    ...marks,
    backups: z.array(
      z.object({ id: z.string(), replacedAtMs: epochMs, by: z.string(), why: z.string(), ...marks }),
    ),
  }),
);

/** Outcomes and marks in the engine's DynamoDB table. */
export function createLearningStore(options: DynamoLearningStoreOptions): LearningStore {
  const { client, tableName, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, undefined);
  return {
    listOutcomes: async (sinceMs) =>
      (await table.query(outcomesQuery(tableName, sinceMs), OUTCOMES_AT_MOST)).map(decodeOperation),

    readForgotten: async () => {
      const item = await table.get(LEARNING_KEY);
      return item ? decode(item) : NOTHING_FORGOTTEN;
    },

    saveForgotten: async (forgotten) => {
      const saved = await table.put({
        TableName: tableName,
        Item: encodeItem({ ...LEARNING_KEY, ...forgotten }),
        ...followsRevision(forgotten.revision),
      });
      if (saved.written) return true;
      // The answer to the first try was lost, and the marks on record are these.
      const last = saved.repeated && saved.item && decode(saved.item).backups.at(-1);
      const own = forgotten.backups.at(-1);
      return Boolean(
        last && own && last.id === own.id && last.by === own.by && last.replacedAtMs === own.replacedAtMs,
      );
    },
  };
}

/** @throws ItemNotDecodable */
function decode(item: Item): Forgotten {
  return decodeItem(item, forgottenItem);
}
