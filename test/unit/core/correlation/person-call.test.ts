import { describe, expect, it } from 'vitest';
import type {
  CorrelatedIncident,
  IncidentBoard,
} from '../../../../functions/core/correlation/correlated-incident.ts';
import { isCalledElsewhere } from '../../../../functions/core/correlation/person-call.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const HOUR_MS = 3_600_000;
const database = { component: 'database', sinceMs: NOON };

const boardWith = (more: Partial<CorrelatedIncident>): IncidentBoard => ({
  neighbourhood: 'shop',
  revision: 1,
  incidents: [
    {
      ...{ incidentId: 'one', absorbed: [], alerts: [], causes: [], operationIds: [] },
      ...{ changeIds: [], hosts: [], components: { gateway: NOON }, atFault: 'gateway', score: 0.9 },
      ...{ beganAtMs: NOON, detectedAtMs: NOON, lastAlertMs: NOON, personCalls: {} },
      ...more,
    },
  ],
});
const called = (atMs: number, status: 'CALLED' | 'CALLING' = 'CALLED') => ({
  personCalls: { database: { status, atMs } },
});

describe('a call about a component at fault', () => {
  it('counts for every incident that the same trouble leads to', () => {
    expect(isCalledElsewhere(boardWith(called(NOON + 5_000)), database, NOON + HOUR_MS)).toBe(true);
  });

  it('counts for an alarm that goes red again within ten minutes, and not for later trouble', () => {
    const isKnown = (calledMs: number) =>
      isCalledElsewhere(boardWith(called(calledMs)), database, NOON + HOUR_MS);
    expect(isKnown(NOON - 10 * 60_000)).toBe(true);
    expect(isKnown(NOON - 10 * 60_000 - 1)).toBe(false);
  });

  it('does not count once its incident has ended', () => {
    const ended = boardWith({ ...called(NOON + 5_000), resolvedAtMs: NOON + 60_000 });
    expect(isCalledElsewhere(ended, database, NOON + HOUR_MS)).toBe(false);
  });

  it('counts for a minute while a function makes it, which may die', () => {
    const board = boardWith(called(NOON + 5_000, 'CALLING'));
    expect(isCalledElsewhere(board, database, NOON + 64_999)).toBe(true);
    expect(isCalledElsewhere(board, database, NOON + 65_000)).toBe(false);
  });
});
