import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { createLearningStore } from '../../functions/adapters/dynamodb/learning-store.ts';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { requirement } from '../factories/requirements.ts';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { learningStoreContract } from './learning-store.contract.ts';
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

  learningStoreContract('DynamoDB Local', async () => {
    await table.clear();
    const { tableName } = table;
    return {
      learning: createLearningStore({ client, tableName }),
      store: createOperationStore({ client, tableName, historyRetentionDays: 30 }),
    };
  });
});
