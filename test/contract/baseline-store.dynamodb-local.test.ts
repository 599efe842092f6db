import { describe, expect, it } from 'vitest';
import { createBaselineStore } from '../../functions/adapters/dynamodb/baseline-store.ts';
import type { Consumed } from '../../functions/adapters/dynamodb/table.ts';
import { requirement } from '../factories/requirements.ts';
import { baselineOf, baselineShardRecord, baselineStoreContract } from './baseline-store.contract.ts';
import { localTable } from './local-table.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  const makeStore = async (onConsumed?: (consumed: Consumed) => void) => {
    const at = await table.cleared();
    return createBaselineStore({ ...at, ...(onConsumed && { onConsumed }) });
  };

  baselineStoreContract('DynamoDB Local', () => makeStore());

  it('saves a record of 80 series of 4 KB each with one write', async () => {
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
