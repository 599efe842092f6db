import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBaselineStore } from '../../functions/adapters/dynamodb/baseline-store.ts';
import type { Consumed } from '../../functions/adapters/dynamodb/table.ts';
import { requirement } from '../factories/requirements.ts';
import { baselineOf, baselineShardRecord, baselineStoreContract } from './baseline-store.contract.ts';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_MS = 300_000;

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  let server: TestDynamoDb;
  let client: DynamoDBClient;
  let table: StoreTable;

  beforeAll(async () => {
    server = await dynamoDbLocal();
    client = new DynamoDBClient(emulatorConfig(server.endpoint));
    table = await createStoreTable(client);
  }, START_MS);

  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  }, START_MS);

  const makeStore = async (onConsumed?: (consumed: Consumed) => void) => {
    await table.clear();
    return createBaselineStore({ client, tableName: table.tableName, ...(onConsumed && { onConsumed }) });
  };

  baselineStoreContract('DynamoDB Local', () => makeStore());

  it('a record of 80 series of 4 KB each is one write', async () => {
    const consumed: Consumed[] = [];
    const store = await makeStore((each) => consumed.push(each));
    const packed = new Uint8Array(4_096).fill(7);
    const names = Array.from({ length: 80 }, (_, index) => `latency_${index}`);
    const series = Object.fromEntries(names.map((name) => [name, baselineOf({ packed })]));
    const record = baselineShardRecord({ components: { web: { series } } });
    expect(await store.saveShard(record, 'v1', undefined)).toBe(true);
    expect(consumed.map(({ api }) => api)).toEqual(['PutItem']);
    expect(consumed[0]?.writeUnits).toBeLessThan(330);
    expect((await store.readShards([7])).get(7)?.record).toEqual(record);
  });
});
