import { describe, expect, it } from 'vitest';
import type { CorrelatedIncident } from '../../functions/core/correlation/correlated-incident.ts';
import { idTime } from '../../functions/core/operation/operation-id.ts';
import type { CorrelationStore } from '../../functions/ports/correlation-store.ts';
import { NOON } from '../factories/operations/admissions.ts';

function incidentAt(beganAtMs: number, name = 'a'): CorrelatedIncident {
  return {
    incidentId: `${idTime(beganAtMs)}-${name}`,
    absorbed: ['earlier'],
    components: { web: beganAtMs, db: beganAtMs + 1 },
    alerts: [{ component: 'web', metric: 'errors', severity: 'CRITICAL', occurredAtMs: beganAtMs }],
    atFault: 'db',
    causes: [
      { component: 'db', code: 'DISK_FULL', confidence: 0.9 },
      { component: 'db', confidence: 0.7 },
    ],
    operationIds: ['op'],
    changeIds: ['run-1'],
    hosts: ['i-1'],
    ...{ beganAtMs, detectedAtMs: beganAtMs, lastAlertMs: beganAtMs, acknowledgedAtMs: beganAtMs },
    personCalls: { db: { status: 'CALLED', atMs: beganAtMs } },
    score: 0.9,
  };
}

/** What every store of correlated incidents must do. */
export function correlationStoreContract(name: string, makeStore: () => Promise<CorrelationStore>): void {
  describe(`correlated incidents, ${name}`, () => {
    it('returns boards in the order asked for, with all their facts, and empty ones where there is no record', async () => {
      const store = await makeStore();
      const board = { neighbourhood: 'db', revision: 1, incidents: [incidentAt(NOON)] };
      expect(await store.saveBoard(board)).toBe(true);
      expect(await store.readBoards(['web', 'db'])).toEqual([
        { neighbourhood: 'web', revision: 0, incidents: [] },
        board,
      ]);
      expect(await store.readBoards([])).toEqual([]);
    });

    it('saves a board only over the revision before it', async () => {
      const store = await makeStore();
      const first = { neighbourhood: 'db', revision: 1, incidents: [incidentAt(NOON)] };
      const other = { neighbourhood: 'db', revision: 1, incidents: [incidentAt(NOON, 'b')] };
      expect(await store.saveBoard(first)).toBe(true);
      expect(await store.saveBoard(other)).toBe(false);
      expect(await store.saveBoard({ ...other, revision: 3 })).toBe(false);
      expect(await store.saveBoard({ ...other, revision: 2 })).toBe(true);
      expect(await store.readBoards(['db'])).toEqual([{ ...other, revision: 2 }]);
    });

    it('keeps the names of boards, the latest ones', async () => {
      const store = await makeStore();
      expect(await store.readBoardNames()).toEqual([]);
      await store.saveBoardNames(['db', 'web']);
      await store.saveBoardNames(['web']);
      expect(await store.readBoardNames()).toEqual(['web']);
    });

    it('lets one of many functions save at a time', async () => {
      const store = await makeStore();
      const saved = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.saveBoard({ neighbourhood: 'db', revision: 1, incidents: [incidentAt(NOON, String(index))] }),
        ),
      );
      expect(saved.filter(Boolean)).toHaveLength(1);
    });

    it('reads more boards than one request takes', async () => {
      const store = await makeStore();
      const names = Array.from({ length: 130 }, (_, index) => `c${index}`);
      await store.saveBoard({ neighbourhood: 'c129', revision: 1, incidents: [] });
      const boards = await store.readBoards(names);
      expect(boards.map(({ neighbourhood }) => neighbourhood)).toEqual(names);
      expect(boards.at(-1)?.revision).toBe(1);
    });

    it('lists incidents that have ended, the newest first, each once', async () => {
      const store = await makeStore();
      const ended = [0, 60_000, 120_000].map((later) => ({
        ...incidentAt(NOON + later),
        resolvedAtMs: NOON + 200_000,
      }));
      for (const incident of [...ended, ...ended]) await store.keepEnded(incident);
      expect(await store.listEnded(0, 10)).toEqual(ended.toReversed());
      expect(await store.listEnded(NOON + 60_000, 10)).toEqual([ended[2], ended[1]]);
      expect(await store.listEnded(0, 1)).toEqual([ended[2]]);
    });
  });
}
