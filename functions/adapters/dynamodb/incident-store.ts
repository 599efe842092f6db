import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { lazily } from '../../core/lazily.ts';
import type { IncidentRecord } from '../../core/notification/incident.ts';
import { SIGNAL_ORIGINS } from '../../core/signal/health-alert.ts';
import type { IncidentStore } from '../../ports/channels.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { aliases, decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { expiresAtSeconds, INCIDENTS_PARTITION, type ItemKey } from './keys.ts';
import { createTable } from './table.ts';

export interface DynamoIncidentStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

/** More than there are components. */
const MOST_ITEMS = 10_000;
/** How long a resolved incident is remembered: no event arrives later than that. */
const REMEMBERED_DAYS = 2;

const incidentItem = lazily(() =>
  z.object({
    sk: z.string(),
    component: z.exactOptional(z.string()),
    origin: z.exactOptional(z.enum(SIGNAL_ORIGINS)),
    metric: z.exactOptional(z.string()),
    incidentId: z.exactOptional(z.string()),
    contained: z.exactOptional(z.literal(true)),
    repairedAtMs: z.exactOptional(z.int()),
    status: z.enum(['open', 'resolved']),
    sinceMs: epochMs,
    announced: z.boolean(),
  }),
);

function incidentKeyOf(key: string): ItemKey {
  return { pk: INCIDENTS_PARTITION, sk: key };
}

/** Open incidents in the engine's DynamoDB table. */
export function createIncidentStore(options: DynamoIncidentStoreOptions): IncidentStore {
  const { client, tableName, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, undefined);
  return {
    readIncident: async (key) => {
      const item = await table.get(incidentKeyOf(key));
      return item && decode(item);
    },

    saveIncident: async (record, previous) => {
      const { key, ...facts } = record;
      const saved = await table.put({
        TableName: tableName,
        Item: encodeItem({
          ...incidentKeyOf(key),
          ...facts,
          expiresAt:
            record.status === 'resolved' ? expiresAtSeconds(record.sinceMs, REMEMBERED_DAYS) : undefined,
        }),
        ...(previous === undefined
          ? {
              ConditionExpression: 'attribute_not_exists(#status)',
              ExpressionAttributeNames: aliases('status'),
            }
          : {
              ConditionExpression: '#status = :status AND #sinceMs = :since AND #announced = :announced',
              ExpressionAttributeNames: aliases('status', 'sinceMs', 'announced'),
              ExpressionAttributeValues: encodeItem({
                ':status': previous.status,
                ':since': previous.sinceMs,
                ':announced': previous.announced,
              }),
            }),
      });
      return saved.written;
    },

    listIncidents: async () => {
      const items = await table.query(
        {
          TableName: tableName,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: aliases('pk'),
          ExpressionAttributeValues: encodeItem({ ':pk': INCIDENTS_PARTITION }),
          ConsistentRead: true,
        },
        MOST_ITEMS,
      );
      return items.map(decode);
    },
  };
}

/** @throws ItemNotDecodable */
function decode(item: Item): IncidentRecord {
  const { sk: key, ...record } = decodeItem(item, incidentItem);
  return { key, ...record };
}
