import type { QueryCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { DENIAL_REPEATS_AFTER_MS, type Denial, type DenialRecord } from '../../core/denial.ts';
import { lazily } from '../../core/lazily.ts';
import { aliases, decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { DENIALS_PARTITION, denialKey, expiresAtSeconds } from './keys.ts';

const denialItem = lazily(() =>
  z.object({
    action: z.string(),
    resource: z.exactOptional(z.string()),
    role: z.exactOptional(z.string()),
    notedAtMs: epochMs,
    notifiedAtMs: z.exactOptional(epochMs),
  }),
);

/** Refused if the denial was noted within the last day. */
export function noteDenialInput(
  tableName: string,
  historyRetentionDays: number,
  { action, resource, role }: Denial,
  atMs: number,
): UpdateItemCommandInput {
  const facts = {
    action,
    ...(resource !== undefined && { resource }),
    ...(role !== undefined && { role }),
    notedAtMs: atMs,
    expiresAt: expiresAtSeconds(atMs, historyRetentionDays),
  };
  const sets = Object.keys(facts).map((name) => `#${name} = :${name}`);
  return {
    TableName: tableName,
    Key: encodeItem({ ...denialKey(action, role) }),
    UpdateExpression: `SET ${sets.join(', ')} REMOVE #notifiedAtMs`,
    ConditionExpression: 'attribute_not_exists(#notedAtMs) OR #notedAtMs < :since',
    ExpressionAttributeNames: aliases(...Object.keys(facts), 'notifiedAtMs'),
    ExpressionAttributeValues: encodeItem({
      ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [`:${name}`, value])),
      ':since': atMs - DENIAL_REPEATS_AFTER_MS,
    }),
  };
}

export function noteDenialNotifiedInput(
  tableName: string,
  { action, role }: Denial,
  atMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...denialKey(action, role) }),
    UpdateExpression: 'SET #notifiedAtMs = :at',
    ConditionExpression: 'attribute_exists(#notedAtMs)',
    ExpressionAttributeNames: aliases('notedAtMs', 'notifiedAtMs'),
    ExpressionAttributeValues: encodeItem({ ':at': atMs }),
  };
}

export function denialsQuery(tableName: string): QueryCommandInput {
  return {
    TableName: tableName,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: aliases('pk'),
    ExpressionAttributeValues: encodeItem({ ':pk': DENIALS_PARTITION }),
    ConsistentRead: true,
  };
}

/** @throws ItemNotDecodable */
export function decodeDenial(item: Item): DenialRecord {
  return decodeItem(item, denialItem);
}
