import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChangeStore } from '../../functions/adapters/dynamodb/change-store.ts';
import { encodeItem } from '../../functions/adapters/dynamodb/item.ts';
import { changeEventKey } from '../../functions/adapters/dynamodb/keys.ts';
import type { ChangeEvent } from '../../functions/core/change/change-event.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { changeStoreContract } from './change-store.contract.ts';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_MS = 300_000;
const DAYS = 30;

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

  const makeStore = async () => {
    await table.clear();
    return createChangeStore({ client, tableName: table.tableName, historyRetentionDays: DAYS });
  };

  changeStoreContract('DynamoDB Local', makeStore);

  it('has DynamoDB delete a change when records are no longer kept', async () => {
    const store = await makeStore();
    const event: ChangeEvent = {
      ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId: 'ecs-svc/1' },
      ...{ phase: 'started', atMs: NOON, summary: 'deployment ecs-svc/1' },
    };
    await store.recordChange(event);
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table.tableName, Key: encodeItem({ ...changeEventKey(event) }) }),
    );
    expect(Item?.['expiresAt']?.N).toBe(String(NOON / 1_000 + DAYS * 86_400));
  });
});
