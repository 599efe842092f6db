import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../functions/adapters/dynamodb/approval-store.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { approvalStoreContract } from './approval-store.contract.ts';
import { localTable } from './local-table.ts';
import { createLossyClient } from './lossy-client.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();
  approvalStoreContract('DynamoDB Local', async () =>
    createApprovalStore({ ...(await table.cleared()), newId: randomUUID }),
  );

  it('recognises its own use where the answer was lost, and no other', async () => {
    const { client: whole, tableName } = await table.cleared();
    const { endpoint, region, credentials } = whole.config;
    const { client, lose } = createLossyClient({ ...(endpoint && { endpoint }), region, credentials }, 3);
    const store = createApprovalStore({ client, tableName, newId: randomUUID });
    lose('answer', 1);
    expect(await store.useOnce('link#1#ada', NOON)).toBe(true);
    lose('answer', 1);
    expect(await store.useOnce('link#1#ada', NOON)).toBe(false);
  });
});
