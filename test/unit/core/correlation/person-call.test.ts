import { describe, expect, it } from 'vitest';
import type {
  CorrelatedIncident,
  IncidentBoard,
} from '../../../../functions/core/correlation/correlated-incident.ts';
import { isCalledElsewhere, withCall } from '../../../../functions/core/correlation/person-call.ts';
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

describe('a call on record', () => {
  const board = boardWith({ absorbed: ['two'], personCalls: { web: { status: 'CALLED', atMs: NOON } } });
  const call = { status: 'CALLING', atMs: NOON + 1 } as const;
  const callsOf = ({ incidents }: IncidentBoard) => incidents.map(({ personCalls }) => personCalls);

  it.each(['one', 'two'])('stands with its incident, also under the id of one that it absorbed: %s', (id) => {
    const after = withCall(board, id, 'database', call);
    expect(after.revision).toBe(2);
    expect(callsOf(after)).toEqual([{ web: { status: 'CALLED', atMs: NOON }, database: call }]);
  });

  it('is replaced by a later one, and removed if nobody was reached', () => {
    expect(callsOf(withCall(board, 'one', 'web', call))).toEqual([{ web: call }]);
    expect(callsOf(withCall(board, 'one', 'web', undefined))).toEqual([{}]);
  });

  it('stands with no other incident, and with none that has ended', () => {
    expect(callsOf(withCall(board, 'three', 'database', call))).toEqual(callsOf(board));
    const ended = boardWith({ resolvedAtMs: NOON });
    expect(callsOf(withCall(ended, 'one', 'database', call))).toEqual([{}]);
  });
});
