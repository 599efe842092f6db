import type { DynamoDBClient, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type DiscoveredGraph, NOTHING_DISCOVERED } from '../../core/discovery/discovered-graph.ts';
import { DISCOVERY_SOURCES } from '../../core/discovery/discovery-source.ts';
import { lazily } from '../../core/lazily.ts';
import { type DiscoveredGraphs, GraphUnreadable } from '../../ports/discovered-graphs.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { aliases, decodeItem, encodeItem, epochMs, type Item, ItemNotDecodable } from './item.ts';
import { DISCOVERED_GRAPH_KEY } from './keys.ts';
import { createTable } from './table.ts';
import { followsRevision } from './unchanged.ts';

export interface DynamoDiscoveredGraphsOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`. */
  readonly tableName: string;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
}

const graphItem = lazily(() =>
  z.object({
    revision: z.int().check(z.positive()),
    dependencies: z.array(
      z.object({
        caller: z.string(),
        callee: z.string(),
        sources: z.array(z.enum(DISCOVERY_SOURCES)),
        lastSeenMs: epochMs,
      }),
    ),
  }),
);

/** The discovered dependencies in the engine's DynamoDB table. */
export function createDiscoveredGraphs(options: DynamoDiscoveredGraphsOptions): DiscoveredGraphs {
  const { client, tableName, backoff = DEFAULT_BACKOFF } = options;
  const table = createTable(client, tableName, backoff, undefined);
  return {
    readGraph: async () => {
      const item = await table.get(DISCOVERED_GRAPH_KEY);
      return item ? decode(item) : NOTHING_DISCOVERED;
    },

    saveGraph: async (graph) => {
      const Item = encodeItem({ ...DISCOVERED_GRAPH_KEY, ...graph });
      const put = (condition: Partial<PutItemCommandInput>) =>
        table.put({ TableName: tableName, Item, ...condition });
      const saved = await put(followsRevision(graph.revision));
      if (saved.written) return true;
      if (graph.revision === 1 && saved.item && !isReadable(saved.item))
        return (await put(unchangedSince(saved.item))).written;
      // The answer to the first try was lost, and the record is this one.
      return saved.repeated && saved.item !== undefined && isSame(decode(saved.item), decode(Item));
    },
  };
}

/** @throws GraphUnreadable */
function decode(item: Item): DiscoveredGraph {
  try {
    return decodeItem(item, graphItem);
  } catch (error) {
    if (!(error instanceof ItemNotDecodable)) throw error;
    throw new GraphUnreadable(error.message, { cause: error });
  }
}

function isReadable(item: Item): boolean {
  try {
    return decode(item) !== undefined;
  } catch (error) {
    if (error instanceof GraphUnreadable) return false;
    throw error;
  }
}

/** A later version that wrote the record meanwhile has changed its revision. */
function unchangedSince({ revision }: Item): Partial<PutItemCommandInput> {
  return {
    ExpressionAttributeNames: aliases('revision'),
    ...(revision === undefined
      ? { ConditionExpression: 'attribute_not_exists(#revision)' }
      : {
          ConditionExpression: '#revision = :revision',
          ExpressionAttributeValues: { ':revision': revision },
        }),
  };
}

/** Both are decoded, so that their fields are in the same order. */
function isSame(one: DiscoveredGraph, other: DiscoveredGraph): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
