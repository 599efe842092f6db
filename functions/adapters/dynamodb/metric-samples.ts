import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { SAMPLES_KEPT_SECONDS } from '../../core/analysis/monitor-series.ts';
import { lazily } from '../../core/lazily.ts';
import { signalHash } from '../../core/operation/operation-id.ts';
import { type MetricSample, type MetricSamples, MOST_SAMPLES } from '../../ports/metric-samples.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { aliases, decodeItem, encodeItem, epochMs } from './item.ts';
import { type ItemKey, samplesPartition, sortableTime } from './keys.ts';
import { createTable } from './table.ts';

export interface DynamoMetricSamplesOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

const sampleItem = lazily(() => z.object({ atMs: epochMs, value: z.number() }));

/**
 * Samples in the engine's DynamoDB table: an item for each, so that events that come twice, late or in another order need
 * no condition.
 *
 * Rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing was done, and
 * with ItemNotDecodable when an item is not what this version writes.
 */
export function createMetricSamples(options: DynamoMetricSamplesOptions): MetricSamples {
  const { client, tableName, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, undefined);
  return {
    add: async (samples) => {
      await Promise.all(
        samples.map((sample) => {
          const { atMs, value } = sample;
          const expiresAt = Math.ceil(atMs / 1_000) + SAMPLES_KEPT_SECONDS;
          const Item = encodeItem({ ...sampleKey(sample), atMs, value, expiresAt });
          return table.put({ TableName: tableName, Item });
        }),
      );
    },

    list: async ({ component, monitor }, { startMs, endMs }) => {
      const items = await table.query(
        {
          TableName: tableName,
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :until',
          ExpressionAttributeNames: aliases('pk', 'sk'),
          ExpressionAttributeValues: encodeItem({
            ':pk': samplesPartition(component, monitor),
            ':from': sortableTime(startMs),
            // Before every key of the end itself, which has more behind its time.
            ':until': sortableTime(endMs),
          }),
          ConsistentRead: true,
        },
        MOST_SAMPLES + 1,
      );
      const found = items.map((item) => decodeItem(item, sampleItem));
      return {
        samples: found.slice(0, MOST_SAMPLES),
        completeUntilMs: found[MOST_SAMPLES]?.atMs ?? endMs,
      };
    },
  };
}

/** The same event again has the same key; keys sort by the time of the event. */
function sampleKey({ component, monitor, atMs, eventId }: MetricSample): ItemKey {
  return {
    pk: samplesPartition(component, monitor),
    sk: `${sortableTime(atMs)}#${signalHash(component, eventId)}`,
  };
}
