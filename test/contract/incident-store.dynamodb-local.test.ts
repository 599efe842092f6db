import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../functions/adapters/dynamodb/incident-store.ts';
import { INCIDENTS_PARTITION } from '../../functions/adapters/dynamodb/keys.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { incidentOf, incidentStoreContract } from './incident-store.contract.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_MS = 300_000;
const TWO_DAYS_SECONDS = 2 * 86_400;

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
    return createIncidentStore({ client, tableName: table.tableName });
  };

  incidentStoreContract('DynamoDB Local', makeStore);

  it('an open incident never expires, a resolved one after two days', async () => {
    const store = await makeStore();
    const open = incidentOf();
    const expiresAt = async () => {
      const Key = { pk: { S: INCIDENTS_PARTITION }, sk: { S: open.key } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table.tableName, Key }));
      return Item?.['expiresAt']?.N;
    };
    await store.saveIncident(open, undefined);
    expect(await expiresAt()).toBeUndefined();
    const resolved = incidentOf({ status: 'resolved', sinceMs: NOON + 1_000 });
    await store.saveIncident(resolved, open);
    expect(Number(await expiresAt())).toBe((NOON + 1_000) / 1_000 + TWO_DAYS_SECONDS);
    await store.saveIncident(incidentOf({ sinceMs: NOON + 2_000 }), resolved);
    expect(await expiresAt()).toBeUndefined();
  });
});
