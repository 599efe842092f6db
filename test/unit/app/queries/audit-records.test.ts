import { describe, expect, it } from 'vitest';
import { auditRecords } from '../../../../functions/app/queries/audit-records.ts';
import type { Proposal } from '../../../../functions/core/admission/proposal.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, withStore } from '../../../factories/ports/world.ts';
import { ranOperation } from '../../../factories/report/records.ts';

const DAY_MS = 86_400_000;
const SINCE_MS = NOON - DAY_MS;
const SECONDS_A_DAY = 86_400;

/** An operation that began this long after the beginning of the period. */
const operationAt = (seconds: number, planId: string) => ({
  ...ranOperation({ component: 'web', raised: seconds - SECONDS_A_DAY, started: seconds - SECONDS_A_DAY }),
  planId,
});
const heldBack = (seconds: number, planId: string) => ({ operation: operationAt(seconds, planId) });

/** Kinds and ids of what is on record, each with what began a second before the period as well. */
async function audited(proposals = [heldBack(1, 'd'), heldBack(-1, 'e')]) {
  const refusal = (refusedAtMs: number) => ({
    ...({ component: 'web', signalId: 'signal', reason: 'PAUSED', detail: 'paused', refusedAtMs } as const),
    ...({ occurredAtMs: refusedAtMs, origin: 'alarm', metric: 'memory' } as const),
  });
  const denial = (notedAtMs: number, role?: string) => ({
    ...{ action: 's3:GetObject', notedAtMs, expiresAtSeconds: 0, ...(role && { role }) },
  });
  const asked: unknown[] = [];
  const world = withStore(createWorld(), {
    listOperations: async () => [operationAt(1, 'a'), operationAt(0, 'a'), operationAt(-1, 'b')],
    listObservations: async () => [heldBack(1, 'c'), heldBack(-1, 'b')] as never,
    listProposals: async (...of) => {
      asked.push(of);
      return proposals as unknown as readonly Proposal[];
    },
    listRefusals: async () => [refusal(SINCE_MS), refusal(SINCE_MS - 1)] as never,
    listSteps: async (operationId) => [{ operationId, stepId: 'heal-0' }] as never,
    listDenials: async () => [denial(SINCE_MS, 'act'), denial(SINCE_MS), denial(SINCE_MS - 1)] as never,
    getPlan: async (planId) => (planId === 'c' ? undefined : ({ strategy: planId } as never)),
  });
  return { asked, ...(await auditRecords(world, { days: 1 })) };
}

describe('every record of a period', () => {
  it('includes what people have set, by the part of the fleet that it is for', async () => {
    const world = createWorld();
    await world.store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON);
    const { entries } = await auditRecords(world, { days: 1 });
    expect(entries).toMatchObject([{ kind: 'setting', id: 'fleet#everything' }]);
  });

  it('is listed by its kind and id, as far as it is of the period', async () => {
    const { entries, sinceMs, untilMs, isCut, asked } = await audited();
    expect({ sinceMs, untilMs, isCut, asked }).toEqual({
      ...{ sinceMs: SINCE_MS, untilMs: NOON, isCut: false, asked: [[10_000, SINCE_MS]] },
    });
    const idOf = (seconds: number) => operationAt(seconds, 'a').operationId;
    expect(entries.map(({ kind, id }) => [kind, id])).toEqual([
      ...[
        ['plan', 'a'],
        ['plan', 'd'],
        ['operation', idOf(1)],
        ['operation', idOf(0)],
      ],
      ...[
        ['step', `${idOf(1)}#heal-0`],
        ['step', `${idOf(0)}#heal-0`],
        ['observation', idOf(1)],
        ['proposal', idOf(1)],
      ],
      ...[
        ['refusal', `${SINCE_MS}#web#signal`],
        ['denial', 'act#s3:GetObject'],
        ['denial', 'unknown#s3:GetObject'],
      ],
    ]);
    expect(entries[0]?.record).toEqual({ planId: 'a', strategy: 'a' });
  });

  it('is said to be cut where there are more proposals than are read', async () => {
    const full = Array.from({ length: 10_000 }, () => heldBack(-1, 'e'));
    expect((await audited(full)).isCut).toBe(true);
    expect((await audited(full.slice(1))).isCut).toBe(false);
  });
});
