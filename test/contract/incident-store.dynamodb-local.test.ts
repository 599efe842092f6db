import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../functions/adapters/dynamodb/incident-store.ts';
import { INCIDENTS_PARTITION } from '../../functions/adapters/dynamodb/keys.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { incidentOf, incidentStoreContract } from './incident-store.contract.ts';
import { localTable } from './local-table.ts';

const TWO_DAYS_SECONDS = 2 * 86_400;

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  const makeStore = async () => createIncidentStore(await table.cleared());

  incidentStoreContract('DynamoDB Local', makeStore);

  it('an open incident never expires, a resolved one after two days', async () => {
    const store = await makeStore();
    const open = incidentOf();
    const expiresAt = async () => {
      const Key = { pk: { S: INCIDENTS_PARTITION }, sk: { S: open.key } };
      const { client, tableName } = table.current();
      const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
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
