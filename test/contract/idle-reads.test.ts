import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { reconcile } from '../../functions/app/recover/reconcile.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../factories/configuration.ts';
import { createWorld } from '../factories/ports/world.ts';
import { requirement } from '../factories/requirements.ts';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_MS = 300_000;

describe.skipIf(!requirement('java'))('a minute of the reconciler in which all is healthy', () => {
  let dynamo: TestDynamoDb;
  let client: DynamoDBClient;
  let table: StoreTable;

  beforeAll(async () => {
    dynamo = await dynamoDbLocal();
    client = new DynamoDBClient(emulatorConfig(dynamo.endpoint));
    table = await createStoreTable(client);
  }, START_MS);

  afterAll(async () => {
    client?.destroy();
    await dynamo?.stop();
  }, START_MS);

  it.each([10, 100, 1_000])(
    'reads two units of the table, and writes none, with %i components',
    async (count) => {
      const names = Array.from({ length: count }, (_, index) => `component-${index}`);
      const components = Object.fromEntries(names.map((name) => [name, withMemoryAlarm({})]));
      const units = { read: 0, written: 0 };
      const store = createOperationStore({
        client,
        tableName: table.tableName,
        historyRetentionDays: 30,
        onConsumed: ({ readUnits, writeUnits }) => {
          units.read += readUnits;
          units.written += writeUnits;
        },
      });
      const world = { ...createWorld(configured({ components })), store };
      for (const name of names) world.alarms.named.set(memoryAlarm(name), 'OK');

      expect(await reconcile(world)).toEqual({ claims: 0, done: [], problems: [] });
      expect(units).toEqual({ read: 2, written: 0 });
    },
  );
});
