import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_MS = 300_000;

export interface LocalTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * A table on DynamoDB Local for the suite that calls it, there from its first test to its last.
 *
 * @returns the table as it is, and the table without any items
 */
export function localTable(): {
  readonly current: () => LocalTable;
  readonly cleared: () => Promise<LocalTable>;
} {
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

  const current = () => ({ client, tableName: table.tableName });
  return {
    current,
    cleared: async () => {
      await table.clear();
      return current();
    },
  };
}
