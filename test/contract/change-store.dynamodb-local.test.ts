import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createChangeStore } from '../../functions/adapters/dynamodb/change-store.ts';
import { encodeItem } from '../../functions/adapters/dynamodb/item.ts';
import { changeEventKey } from '../../functions/adapters/dynamodb/keys.ts';
import type { ChangeEvent } from '../../functions/core/change/change-event.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { changeStoreContract } from './change-store.contract.ts';
import { localTable } from './local-table.ts';

const DAYS = 30;

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  const makeStore = async () => {
    const at = await table.cleared();
    return createChangeStore({ ...at, historyRetentionDays: DAYS });
  };

  changeStoreContract('DynamoDB Local', makeStore);

  it('has DynamoDB delete a change when records are no longer kept', async () => {
    const store = await makeStore();
    const event: ChangeEvent = {
      ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId: 'ecs-svc/1' },
      ...{ phase: 'started', atMs: NOON, summary: 'deployment ecs-svc/1' },
    };
    await store.recordChange(event);
    const { client, tableName } = table.current();
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: encodeItem({ ...changeEventKey(event) }) }),
    );
    expect(Item?.['expiresAt']?.N).toBe(String(NOON / 1_000 + DAYS * 86_400));
  });
});
