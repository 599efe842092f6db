import {
  BatchGetItemCommand,
  type CancellationReason,
  ConditionalCheckFailedException,
  type ConsumedCapacity,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { StoreUnavailable } from '../../ports/errors.ts';
import { type Backoff, CONFLICT_TRIES, jitteredMs } from './backoff.ts';
import { type Api, isConflict, translated, translatedCancellation } from './errors.ts';
import { encodeItem, type Item } from './item.ts';
import type { ItemKey } from './keys.ts';

/** Capacity that one answered request used. A request whose condition failed reports none, though it is billed. */
export interface Consumed {
  readonly api: Api;
  readonly readUnits: number;
  readonly writeUnits: number;
}

type Written =
  | {
      readonly written: true /** The item as it is now, where the request asked for it. */;
      readonly item?: Item;
    }
  | {
      readonly written: false;
      /** The item that failed the condition, where the request asked for it. */
      readonly item?: Item;
      /** The SDK had sent the request before without getting an answer: the item may be the request's own result. */
      readonly repeated: boolean;
    };

export type Transacted =
  | { readonly outcome: 'written' }
  /** Some condition failed; reasons in the order of the transaction's items. */
  | { readonly outcome: 'refused'; readonly reasons: readonly CancellationReason[] }
  /** Another write to the same items was under way, and no condition is known to have failed. */
  | { readonly outcome: 'conflict'; readonly cause: unknown };

/** The requests that the stores make. Thin: they send, and translate errors once. */
export interface Table {
  readonly get: (key: ItemKey) => Promise<Item | undefined>;
  /** Items in no particular order; keys without an item are left out. 100 keys at most. */
  readonly getMany: (keys: readonly ItemKey[]) => Promise<readonly Item[]>;
  /** Follows pages up to `limit` items. */
  readonly query: (input: QueryCommandInput, limit: number) => Promise<readonly Item[]>;
  readonly put: (input: PutItemCommandInput) => Promise<Written>;
  readonly update: (input: UpdateItemCommandInput) => Promise<Written>;
  /** Once. */
  readonly transact: (input: TransactWriteItemsCommandInput) => Promise<Transacted>;
  /** Retries while other writes conflict; then StoreUnavailable. */
  readonly transactPatiently: (
    input: TransactWriteItemsCommandInput,
  ) => Promise<Exclude<Transacted, { readonly outcome: 'conflict' }>>;
}

export function createTable(
  client: DynamoDBClient,
  tableName: string,
  backoff: Backoff,
  onConsumed: ((consumed: Consumed) => void) | undefined,
): Table {
  const metered = onConsumed ? ({ ReturnConsumedCapacity: 'TOTAL' } as const) : {};

  function report(api: Consumed['api'], capacities: readonly (ConsumedCapacity | undefined)[]): void {
    const units = capacities.reduce((sum, capacity) => sum + (capacity?.CapacityUnits ?? 0), 0);
    const isRead = api === 'GetItem' || api === 'BatchGetItem' || api === 'Query';
    onConsumed?.({ api, readUnits: isRead ? units : 0, writeUnits: isRead ? 0 : units });
  }

  async function asking<Answer>(api: Api, send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      throw translated(api, error);
    }
  }

  /** Waits before the next try; throws when there is none. */
  async function pause(retry: number, cause: unknown): Promise<void> {
    if (retry + 1 >= CONFLICT_TRIES) {
      const message = `table ${tableName}: other writes conflicted ${CONFLICT_TRIES} times in a row`;
      throw new StoreUnavailable(message, { cause });
    }
    await backoff.sleep(jitteredMs(retry, backoff.random));
  }

  async function writing(api: Api, send: () => Promise<Item | undefined>): Promise<Written> {
    for (let retry = 0; ; retry++) {
      try {
        const item = await send();
        return { written: true, ...(item && { item }) };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          const repeated = (error.$metadata.attempts ?? 1) > 1;
          return { written: false, repeated, ...(error.Item && { item: error.Item }) };
        }
        if (!isConflict(error)) throw translated(api, error);
        await pause(retry, error);
      }
    }
  }

  async function transact(input: TransactWriteItemsCommandInput): Promise<Transacted> {
    try {
      const answer = await client.send(new TransactWriteItemsCommand({ ...input, ...metered }));
      report('TransactWriteItems', answer.ConsumedCapacity ?? []);
      return { outcome: 'written' };
    } catch (error) {
      if (isConflict(error)) return { outcome: 'conflict', cause: error };
      if (!(error instanceof TransactionCanceledException)) throw translated('TransactWriteItems', error);
      return cancellation(error);
    }
  }

  return {
    get: async (key) => {
      const answer = await asking('GetItem', () =>
        client.send(
          new GetItemCommand({
            TableName: tableName,
            Key: encodeItem({ ...key }),
            ConsistentRead: true,
            ...metered,
          }),
        ),
      );
      report('GetItem', [answer.ConsumedCapacity]);
      return answer.Item;
    },

    getMany: async (keys) => {
      const items: Item[] = [];
      let wanted = keys.map((key) => encodeItem({ ...key }));
      for (let retry = 0; wanted.length > 0; retry++) {
        if (retry > 0) await pause(retry - 1, new Error('BatchGetItem left keys unprocessed'));
        const RequestItems = { [tableName]: { Keys: wanted, ConsistentRead: true } };
        const answer = await asking('BatchGetItem', () =>
          client.send(new BatchGetItemCommand({ RequestItems, ...metered })),
        );
        report('BatchGetItem', answer.ConsumedCapacity ?? []);
        items.push(...(answer.Responses?.[tableName] ?? []));
        wanted = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
      return items;
    },

    query: async (input, limit) => {
      const items: Item[] = [];
      let start: Item | undefined;
      while (items.length < limit) {
        const page = { ...input, Limit: limit - items.length, ...(start && { ExclusiveStartKey: start }) };
        const answer = await asking('Query', () => client.send(new QueryCommand({ ...page, ...metered })));
        report('Query', [answer.ConsumedCapacity]);
        items.push(...(answer.Items ?? []));
        start = answer.LastEvaluatedKey;
        if (!start) break;
      }
      return items;
    },

    put: (input) =>
      writing('PutItem', async () => {
        const answer = await client.send(new PutItemCommand({ ...input, ...metered }));
        report('PutItem', [answer.ConsumedCapacity]);
        return answer.Attributes;
      }),

    update: (input) =>
      writing('UpdateItem', async () => {
        const answer = await client.send(new UpdateItemCommand({ ...input, ...metered }));
        report('UpdateItem', [answer.ConsumedCapacity]);
        return answer.Attributes;
      }),

    transact,

    transactPatiently: async (input) => {
      for (let retry = 0; ; retry++) {
        const transacted = await transact(input);
        if (transacted.outcome !== 'conflict') return transacted;
        await pause(retry, transacted.cause);
      }
    },
  };
}

/** Sorts a cancelled transaction: a failed condition first, then a conflict; anything else is an error. */
function cancellation(error: TransactionCanceledException): Transacted {
  const reasons = error.CancellationReasons ?? [];
  const codes = reasons.map((reason) => reason.Code);
  if (codes.includes('ConditionalCheckFailed')) return { outcome: 'refused', reasons };
  if (codes.includes('TransactionConflict')) return { outcome: 'conflict', cause: error };
  const [first] = reasons.filter((reason) => reason.Code !== undefined && reason.Code !== 'None');
  throw translatedCancellation(first?.Code ?? error.name, first?.Message ?? error.message, error);
}
