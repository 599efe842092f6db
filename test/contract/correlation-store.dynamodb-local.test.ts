import { describe, expect, it } from 'vitest';
import { createCorrelationStore } from '../../functions/adapters/dynamodb/correlation-store.ts';
import { close } from '../../functions/core/correlation/close.ts';
import { join } from '../../functions/core/correlation/join.ts';
import { dependencyGraph } from '../../functions/core/diagnosis/dependency-graph.ts';
import { alertOf, NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { correlationStoreContract } from './correlation-store.contract.ts';
import { localTable } from './local-table.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  correlationStoreContract('DynamoDB Local', async () =>
    createCorrelationStore({ ...(await table.cleared()), historyRetentionDays: 30 }),
  );

  /** Write units of an incident from its first alert to its end. */
  async function unitsOf(components: number, alarms: number): Promise<number> {
    let units = 0;
    const store = createCorrelationStore({
      ...(await table.cleared()),
      historyRetentionDays: 30,
      onConsumed: ({ writeUnits }) => {
        units += writeUnits;
      },
    });
    const names = Array.from({ length: components }, (_, index) => `checkout-api-production-${index}`);
    const [cause = ''] = names;
    const graph = dependencyGraph(names.slice(1).map((caller) => ({ caller, callee: cause })));
    let [board] = await store.readBoards([cause]);
    for (let alarm = 0; alarm < alarms && board; alarm += 1) {
      const component = names[alarm % components] ?? cause;
      const alert = { ...alertOf(component), metric: `metric_${Math.floor(alarm / components)}` };
      const operationId = alarm === 0 ? '20261122T133000Z-1f3a5b7c9d0e' : undefined;
      const sighting = { alert, nowMs: NOON + alarm, ...(operationId !== undefined && { operationId }) };
      ({ board } = join(board, sighting, graph));
      await store.saveBoard(board);
    }
    if (!board) throw new Error('there is no board');
    const over = close(board, () => true, NOON + 120_000);
    for (const incident of over.ended) await store.keepEnded(incident);
    await store.saveBoard(over.board);
    return units;
  }

  it('writes three units for an incident of one alert, and at most 150 for one of forty alerts on twelve components', async () => {
    expect(await unitsOf(1, 1)).toBe(3);
    const storm = await unitsOf(12, 40);
    console.log(`write units of an incident of forty alerts on twelve components: ${storm}`);
    expect(storm).toBeLessThanOrEqual(150);
  });
});
