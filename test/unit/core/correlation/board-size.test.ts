import { describe, expect, it } from 'vitest';
import { fits, withinBounds } from '../../../../functions/core/correlation/board-size.ts';
import { close } from '../../../../functions/core/correlation/close.ts';
import type { IncidentBoard } from '../../../../functions/core/correlation/correlated-incident.ts';
import { join } from '../../../../functions/core/correlation/join.ts';
import { configuredGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const GRAPH = configuredGraph(configured({ components: { web: {} } }).components);
const EMPTY: IncidentBoard = { neighbourhood: '*', revision: 0, incidents: [] };

/** A board with an incident of its own for each component. */
const boardOf = (count: number, board = EMPTY, prefix = 'component') =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`).reduce(
    (before, component) => join(before, { alert: alertOf(component), nowMs: NOON }, GRAPH).board,
    board,
  );

describe('a board of incidents', () => {
  it('has room for two hundred typical ones, and not for a thousand', () => {
    expect(fits(boardOf(200))).toBe(true);
    const large = boardOf(1_000);
    expect(withinBounds(large, { ...large, incidents: large.incidents.slice(1) })).toBeUndefined();
  });

  it('holds 100,000 bytes, and not one more', () => {
    const [incident] = boardOf(1).incidents;
    if (!incident) throw new Error('it is not on record');
    const named = (incidentId: string) => ({ incidents: [{ ...incident, incidentId }] });
    const rest = 100_000 - JSON.stringify(named('').incidents).length;
    expect([fits(named('x'.repeat(rest))), fits(named('x'.repeat(rest + 1)))]).toEqual([true, false]);
    expect(fits(named(`${'x'.repeat(rest - 1)}ü`))).toBe(false);
  });

  it('forgets those that have ended where there is no room for one that begins', () => {
    const { board } = close(boardOf(50, EMPTY, 'ended'), () => true, NOON + 60_000);
    const before = boardOf(180, board);
    const after = boardOf(220, before);
    const kept = withinBounds(after, before);
    expect(kept?.incidents.some(({ atFault }) => atFault === 'ended-0')).toBe(false);
    expect(kept?.incidents).toHaveLength(220);
  });

  it('may shrink, though it was too large before: a board of an earlier version', () => {
    const before = boardOf(1_000);
    const after = { ...before, incidents: before.incidents.slice(1) };
    expect(withinBounds(after, before)).toEqual(after);
  });
});
