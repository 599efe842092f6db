import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { lazily } from '../../core/lazily.ts';
import type { ApprovalStore } from '../../ports/approvals.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { aliases, decodeItem, encodeItem, epochMs } from './item.ts';
import { APPROVAL_ATTEMPTS_PARTITION, expiresAtSeconds, sortableTime, USED_ONCE_PARTITION } from './keys.ts';
import { createTable } from './table.ts';

export interface DynamoApprovalStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly newId: () => string;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

const MINUTE_MS = 60_000;

const usedItem = lazily(() => z.object({ use: z.string() }));
/** A link that was used under an earlier version says neither what for nor whether that was sent. */
const linkItem = lazily(() =>
  z.object({
    command: z._default(z.enum(['approve', 'deny']), 'approve'),
    atMs: z._default(epochMs, 0),
    isSent: z._default(z.boolean(), true),
  }),
);
const attemptsItem = lazily(() => z.object({ attempts: z.int() }));

/** Used links and refused attempts in the engine's DynamoDB table. */
export function createApprovalStore(options: DynamoApprovalStoreOptions): ApprovalStore {
  const { client, tableName, newId, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, undefined);
  return {
    takeLink: async (id, { command, atMs }, expiresAtMs) => {
      const use = { command, atMs, isSent: false };
      const put = await table.put({
        TableName: tableName,
        Item: encodeItem({
          ...{ pk: USED_ONCE_PARTITION, sk: id, ...use },
          expiresAt: expiresAtSeconds(expiresAtMs, 1),
        }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return put.written ? use : decodeItem(put.item ?? {}, linkItem);
    },

    noteLinkSent: async (id) => {
      await table.update({
        TableName: tableName,
        Key: encodeItem({ pk: USED_ONCE_PARTITION, sk: id }),
        UpdateExpression: 'SET #isSent = :true',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: aliases('isSent'),
        ExpressionAttributeValues: encodeItem({ ':true': true }),
      });
    },

    useOnce: async (id, expiresAtMs) => {
      const use = newId();
      const put = await table.put({
        TableName: tableName,
        Item: encodeItem({
          ...{ pk: USED_ONCE_PARTITION, sk: id, use },
          expiresAt: expiresAtSeconds(expiresAtMs, 1),
        }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      // The SDK may have sent the request twice: then the item is this very use.
      return put.written || (put.item !== undefined && decodeItem(put.item, usedItem).use === use);
    },

    countAttempt: async (atMs) => {
      const minuteMs = atMs - (atMs % MINUTE_MS);
      const updated = await table.update({
        TableName: tableName,
        Key: encodeItem({ pk: APPROVAL_ATTEMPTS_PARTITION, sk: sortableTime(minuteMs) }),
        UpdateExpression: 'SET #expiresAt = :expiresAt ADD #attempts :one',
        ExpressionAttributeNames: aliases('expiresAt', 'attempts'),
        ExpressionAttributeValues: encodeItem({ ':expiresAt': expiresAtSeconds(minuteMs, 1), ':one': 1 }),
        ReturnValues: 'ALL_NEW',
      });
      return decodeItem(updated.item ?? {}, attemptsItem).attempts;
    },
  };
}
