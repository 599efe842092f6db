import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { CONFLICT_TRIES, jitteredMs } from '../../../../functions/adapters/dynamodb/backoff.ts';
import { type Consumed, createTable, type Table } from '../../../../functions/adapters/dynamodb/table.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { type Scripted, scriptedClient } from '../scripted-client.ts';

const input = { TableName: 'heal', Key: {} };
const transaction = { TransactItems: [], ClientRequestToken: 'token' };
const about = { message: 'said the service', $metadata: {} };

function cancelled(...codes: readonly string[]): TransactionCanceledException {
  return new TransactionCanceledException({ ...about, CancellationReasons: codes.map((Code) => ({ Code })) });
}

function tableOf(...answers: readonly Scripted[]) {
  const { client, sent } = scriptedClient(DynamoDBClient, ...answers);
  const waits: number[] = [];
  const consumed: Consumed[] = [];
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const backoff = { random: () => 0.5, sleep };
  const table: Table = createTable(client, 'heal', backoff, (one) => consumed.push(one));
  return { table, sent, waits, consumed };
}

describe('a table', () => {
  it.each([
    new TransactionConflictException(about),
    new TransactionInProgressException(about),
    new IdempotentParameterMismatchException(about),
    cancelled('None', 'TransactionConflict'),
  ])('sends a write again while another is under way: $name', async (conflict) => {
    const single = tableOf(new TransactionConflictException(about), {});
    expect(await single.table.update(input)).toEqual({ written: true });
    const many = tableOf(conflict, conflict, {});
    expect(await many.table.transactPatiently(transaction)).toEqual({ outcome: 'written' });
    expect(many.waits).toEqual([10, 20]);
    expect(many.sent).toEqual(Array(3).fill({ ...transaction, ReturnConsumedCapacity: 'TOTAL' }));
  });

  it('gives up on a write that meets others again and again', async () => {
    const conflict = cancelled('TransactionConflict');
    const { table, sent, waits } = tableOf(conflict);
    await expect(table.transactPatiently(transaction)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      cause: conflict,
    });
    expect(sent).toHaveLength(CONFLICT_TRIES);
    expect(waits).toHaveLength(CONFLICT_TRIES - 1);
  });

  it('reports a conflict to an admission at once', async () => {
    const { table, sent } = tableOf(cancelled('TransactionConflict', 'None'));
    expect(await table.transact(transaction)).toMatchObject({ outcome: 'conflict' });
    expect(sent).toHaveLength(1);
  });

  it('reports failed conditions before conflicts', async () => {
    const { table } = tableOf(cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    expect(await table.transact(transaction)).toEqual({
      outcome: 'refused',
      reasons: [{ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }],
    });
  });

  it.each([
    new ProvisionedThroughputExceededException(about),
    new InternalServerError(about),
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    Object.assign(new Error('timed out'), { name: 'TimeoutError' }),
  ])('does not know the outcome after $name: $message', async (error) => {
    for (const send of [
      tableOf(error).table.transact(transaction),
      tableOf(error).table.update(input),
      tableOf(error).table.get({ pk: 'a', sk: 'b' }),
    ]) {
      const thrown = await send.catch((one: unknown) => one);
      expect(thrown).toBeInstanceOf(StoreUnavailable);
      expect(thrown).toMatchObject({ cause: error });
    }
  });

  it.each([cancelled('ThrottlingError'), cancelled('None', 'ProvisionedThroughputExceeded')])(
    'does not know the outcome of a transaction that was cancelled for load',
    async (error) => {
      const thrown = await tableOf(error)
        .table.transact(transaction)
        .catch((one: unknown) => one);
      expect(thrown).toBeInstanceOf(StoreUnavailable);
      expect(thrown).toMatchObject({ cause: error });
    },
  );

  it.each([
    ['AccessDeniedException', 'NotPermitted'],
    ['ResourceNotFoundException', 'NotFound'],
    ['ValidationException', 'RequestRefused'],
    ['ItemCollectionSizeLimitExceededException', 'RequestRefused'],
  ])('knows that nothing was written after %s', async (serviceCode, name) => {
    const error = new DynamoDBServiceException({ ...about, name: serviceCode, $fault: 'client' });
    await expect(tableOf(error).table.update(input)).rejects.toMatchObject({
      name,
      serviceCode,
      call: 'dynamodb:UpdateItem',
      cause: error,
    });
    await expect(tableOf(error).table.get({ pk: 'a', sk: 'b' })).rejects.toMatchObject({
      name,
      call: 'dynamodb:GetItem',
    });
  });

  it.each([
    ['ValidationError', 'RequestRefused'],
    ['ItemCollectionSizeLimitExceeded', 'RequestRefused'],
    ['AccessDenied', 'NotPermitted'],
  ])('knows that nothing was written when a transaction was cancelled for %s', async (code, name) => {
    const rejected = tableOf(cancelled('None', code)).table.transact(transaction);
    await expect(rejected).rejects.toMatchObject({ name, serviceCode: code });
  });

  it('lets a defect through as it is', async () => {
    const defect = new TypeError('undefined is not a function');
    await expect(tableOf(defect).table.update(input)).rejects.toBe(defect);
    await expect(tableOf(defect).table.get({ pk: 'a', sk: 'b' })).rejects.toBe(defect);
    await expect(tableOf(defect).table.transact(transaction)).rejects.toBe(defect);
  });

  it('returns the item that failed the condition, and whether it may be the request’s own', async () => {
    const Item = { pk: { S: 'a' } };
    const refused = (attempts: number) =>
      new ConditionalCheckFailedException({ ...about, $metadata: { attempts }, Item });
    expect(await tableOf(refused(1)).table.put({ TableName: 'heal', Item })).toEqual({
      written: false,
      repeated: false,
      item: Item,
    });
    expect(await tableOf(refused(2)).table.put({ TableName: 'heal', Item })).toMatchObject({
      repeated: true,
    });
  });

  it('asks again for keys that were left unprocessed, and only for those', async () => {
    const [first, second] = [
      { pk: { S: 'a' }, sk: { S: 'b' } },
      { pk: { S: 'c' }, sk: { S: 'd' } },
    ];
    const { table, sent, waits } = tableOf(
      { Responses: { heal: [first] }, UnprocessedKeys: { heal: { Keys: [second] } } },
      { Responses: { heal: [second] } },
    );
    expect(
      await table.getMany([
        { pk: 'a', sk: 'b' },
        { pk: 'c', sk: 'd' },
      ]),
    ).toEqual([first, second]);
    expect(sent[1]).toMatchObject({ RequestItems: { heal: { Keys: [second], ConsistentRead: true } } });
    expect(waits).toEqual([10]);
  });

  it('does not know what keys hold that stay unprocessed', async () => {
    const { table } = tableOf({ UnprocessedKeys: { heal: { Keys: [{ pk: { S: 'a' }, sk: { S: 'b' } }] } } });
    await expect(table.getMany([{ pk: 'a', sk: 'b' }])).rejects.toThrow(StoreUnavailable);
  });

  it('follows the pages of a query up to the limit', async () => {
    const { table, sent } = tableOf(
      { Items: [{ a: { S: '1' } }, { a: { S: '2' } }], LastEvaluatedKey: { pk: { S: 'x' } } },
      { Items: [{ a: { S: '3' } }], LastEvaluatedKey: { pk: { S: 'y' } } },
    );
    expect(await table.query({ TableName: 'heal' }, 3)).toHaveLength(3);
    expect(sent).toEqual([
      { TableName: 'heal', Limit: 3, ReturnConsumedCapacity: 'TOTAL' },
      { TableName: 'heal', Limit: 1, ExclusiveStartKey: { pk: { S: 'x' } }, ReturnConsumedCapacity: 'TOTAL' },
    ]);
  });

  it('reports the units that each request used', async () => {
    const capacity = { CapacityUnits: 6 };
    const writes = tableOf({ ConsumedCapacity: [capacity] });
    await writes.table.transact(transaction);
    expect(writes.consumed).toEqual([{ api: 'TransactWriteItems', readUnits: 0, writeUnits: 6 }]);
    const reads = tableOf({ ConsumedCapacity: capacity });
    await reads.table.get({ pk: 'a', sk: 'b' });
    expect(reads.consumed).toEqual([{ api: 'GetItem', readUnits: 6, writeUnits: 0 }]);
  });
});

describe('jitter', () => {
  it('stays below a bound that doubles, and stops doubling', () => {
    const bounds = Array.from({ length: 7 }, (_, retry) => jitteredMs(retry, () => 1));
    expect(bounds).toEqual([20, 40, 80, 160, 320, 400, 400]);
    expect(jitteredMs(3, () => 0)).toBe(0);
  });
});
