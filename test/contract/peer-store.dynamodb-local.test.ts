import { describe, expect, it } from 'vitest';
import type { Consumed } from '../../functions/adapters/dynamodb/table.ts';
import { createWatchdogStore } from '../../functions/adapters/dynamodb/watchdog-store.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { localTable } from './local-table.ts';
import { peerStoreContract, shardRecordOf } from './peer-store.contract.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  const makeStore = async (onConsumed?: (consumed: Consumed) => void) => {
    const at = await table.cleared();
    return createWatchdogStore({ ...at, ...(onConsumed && { onConsumed }) });
  };

  peerStoreContract('DynamoDB Local', () => makeStore());

  it.each([
    [10, 1],
    [400, 1],
    [1_000, 3],
    [2_000, 5],
  ])('a round of %i steady peers writes %i unit(s)', async (peers, units) => {
    const written: number[] = [];
    const store = await makeStore(({ writeUnits }) => written.push(writeUnits));
    const milliseconds = Array.from({ length: peers }, (_, index) => index);
    const record = shardRecordOf({ peerCount: peers, responses: { roster: '0a1b2c3d', milliseconds } });
    await store.saveRound(record, undefined);
    await store.saveRound({ ...record, roundAtMs: NOON + 30_000 }, NOON);
    expect(written).toEqual([units, units]);
  });
});
