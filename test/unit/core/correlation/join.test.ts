import { describe, expect, it } from 'vitest';
import { close } from '../../../../functions/core/correlation/close.ts';
import type { IncidentBoard } from '../../../../functions/core/correlation/correlated-incident.ts';
import { join, type Sighting } from '../../../../functions/core/correlation/join.ts';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const EMPTY: IncidentBoard = { neighbourhood: 'checkout', revision: 0, incidents: [] };

/** gateway → orders → database; gateway → search → index; checkout → orders. */
const GRAPH = dependencyGraph([
  { caller: 'gateway', callee: 'orders' },
  { caller: 'checkout', callee: 'orders' },
  { caller: 'orders', callee: 'database' },
  { caller: 'gateway', callee: 'search' },
  { caller: 'search', callee: 'index' },
]);

interface Seen extends Partial<HealthAlert> {
  readonly at?: number;
  readonly cause?: Sighting['cause'];
  readonly operationId?: string;
}

function seen(component: string, { at = 0, cause, operationId, ...more }: Seen = {}): Sighting {
  const occurredAtMs = NOON + at * MINUTE_MS;
  return {
    alert: {
      ...{
        signalId: `${component}-${at}`,
        origin: 'alarm',
        component,
        metric: 'errors',
        severity: 'CRITICAL',
      },
      ...{ occurredAtMs, reason: 'errors', targets: [] },
      ...more,
    },
    ...(cause && { cause }),
    ...(operationId !== undefined && { operationId }),
    nowMs: occurredAtMs + 1_000,
  };
}

function joinedAll(...sightings: readonly Sighting[]): IncidentBoard {
  return sightings.reduce((board, sighting) => join(board, sighting, GRAPH).board, EMPTY);
}

/** The components of each incident. */
function members(...sightings: readonly Sighting[]): readonly (readonly string[])[] {
  return joinedAll(...sightings).incidents.map(({ components }) => Object.keys(components).sort());
}

describe('alerts that start close together', () => {
  it('become one incident along a path of dependencies, in whatever order they come', () => {
    const alerts = [
      seen('gateway', { at: 1 }),
      seen('orders', { at: 2 }),
      seen('database', { at: 3 }),
    ] as const;
    const one = [['database', 'gateway', 'orders']];
    expect(members(...alerts)).toEqual(one);
    expect(members(...alerts.toReversed())).toEqual(one);
    expect(joinedAll(...alerts).incidents[0]?.atFault).toBe('database');
  });

  it('stay apart if neither component depends on the other', () => {
    expect(members(seen('database'), seen('index'))).toEqual([['database'], ['index']]);
  });

  it('stay apart on two branches, even if both make the same caller unhealthy', () => {
    const apart = members(seen('gateway'), seen('index', { at: 1 }), seen('database', { at: 2 }));
    expect(apart).toEqual([['gateway', 'index'], ['database']]);
  });

  it('stay apart if more than a quarter of an hour is between them', () => {
    expect(members(seen('database'), seen('orders', { at: 16 }))).toEqual([['database'], ['orders']]);
    expect(members(seen('database'), seen('orders', { at: 15 }))).toEqual([['database', 'orders']]);
    expect(members(seen('database', { at: 16 }), seen('orders'))).toEqual([['orders'], ['database']]);
    expect(members(seen('database', { at: 15 }), seen('orders'))).toEqual([['database', 'orders']]);
  });

  it('become one incident when the component that both depend on turns out to be at fault', () => {
    const board = joinedAll(seen('gateway'), seen('checkout', { at: 1 }), seen('orders', { at: 2 }));
    expect(board.incidents).toHaveLength(1);
    expect(board.incidents[0]).toMatchObject({
      atFault: 'orders',
      beganAtMs: NOON,
      absorbed: [expect.any(String)],
    });
  });

  it('become one incident if they share a change or a host, without any dependency', () => {
    const change = {
      ...({ changeId: 'stack/7', source: 'cloudformation', summary: 's' } as const),
      ...({ kind: 'deployment', startedAtMs: NOON, isInProgress: false } as const),
    };
    expect(members(seen('database', { change }), seen('index', { change }))).toHaveLength(1);
    const targets = ['i-1'];
    expect(members(seen('database', { targets }), seen('index', { targets }))).toHaveLength(1);
    expect(members(seen('database', { targets }), seen('index', { targets: ['i-2'] }))).toHaveLength(2);
  });
});

describe('an incident', () => {
  it('accepts alerts that diagnosis attributes to its cause for as long as it is open', () => {
    const cause = { component: 'database', confidence: 0.9 };
    expect(members(seen('database'), seen('checkout', { at: 120, cause }))).toEqual([
      ['checkout', 'database'],
    ]);
  });

  it('does not change when the same alert is seen again', () => {
    const board = joinedAll(seen('database'), seen('orders', { at: 1 }));
    expect(join(board, seen('orders', { at: 2 }), GRAPH).board).toBe(board);
    expect(join(board, seen('orders', { at: 1 }), GRAPH).board).toBe(board);
  });

  it('keeps its operations, and when the first of them began', () => {
    const board = joinedAll(
      seen('database', { operationId: 'op-1' }),
      seen('database', { at: 5, operationId: 'op-2' }),
    );
    expect(board.incidents[0]).toMatchObject({
      operationIds: ['op-1', 'op-2'],
      acknowledgedAtMs: NOON + 1_000,
    });
  });

  it('scores by severity, the share of components that its cause explains, and confidence', () => {
    const cause = { component: 'database', confidence: 0.9 };
    const [critical] = joinedAll(seen('orders', { cause }), seen('database', { at: 1 })).incidents;
    expect(critical?.score).toBe(0.9);
    const [warning] = joinedAll(seen('orders', { cause, severity: 'WARNING' })).incidents;
    expect(warning?.score).toBe(0.45);
  });

  it('ends when all of its components have recovered, and half a minute after its last alert', () => {
    const board = joinedAll(seen('database'), seen('orders', { at: 1 }));
    const isHealthy = () => true;
    expect(close(board, (name) => name !== 'orders', NOON + 60 * MINUTE_MS).ended).toEqual([]);
    expect(close(board, isHealthy, NOON + 1.4 * MINUTE_MS).board).toBe(board);
    const { ended } = close(board, isHealthy, NOON + 2 * MINUTE_MS);
    expect(ended).toMatchObject([{ resolvedAtMs: NOON + 2 * MINUTE_MS }]);
  });

  it('absorbs late alerts after its end without opening again; a relapse is another incident', () => {
    const open = joinedAll(seen('database'));
    const { board } = close(open, () => true, NOON + 10 * MINUTE_MS);
    const late = join(board, seen('orders', { at: 5 }), GRAPH);
    expect(late.incident).toMatchObject({ resolvedAtMs: NOON + 10 * MINUTE_MS });
    expect(Object.keys(late.incident.components)).toEqual(['database', 'orders']);
    const relapse = join(board, seen('database', { at: 11 }), GRAPH);
    expect(relapse.board.incidents).toHaveLength(2);
    expect(relapse.incident.resolvedAtMs).toBeUndefined();
  });

  it('stays apart from one that has ended, though an alert of that time names its cause', () => {
    const two = joinedAll(seen('database'), seen('index', { at: 1 }));
    const { board } = close(two, (name) => name === 'database', NOON + 10 * MINUTE_MS);
    const cause = { component: 'database', confidence: 0.9 };
    expect(join(board, seen('index', { at: 5, cause }), GRAPH).board.incidents).toHaveLength(2);
    expect(join(two, seen('index', { at: 5, cause }), GRAPH).board.incidents).toHaveLength(1);
  });

  it('leaves the board an hour after its end', () => {
    const { board } = close(joinedAll(seen('database')), () => true, NOON + 10 * MINUTE_MS);
    expect(join(board, seen('index', { at: 71 }), GRAPH).board.incidents).toHaveLength(1);
  });

  it('stays small in a storm', () => {
    const storm = Array.from({ length: 500 }, (_, index) => seen('database', { metric: `m${index}` }));
    const [incident] = joinedAll(...storm).incidents;
    expect(incident?.alerts).toHaveLength(100);
  });
});

describe('the record of incidents', () => {
  const STORM = Array.from({ length: 550 }, (_, nth) => nth);
  const graph = dependencyGraph(STORM.map((nth) => ({ caller: `caller-${nth}`, callee: 'database' })));

  it('stays far below what an item may hold, however long a storm lasts', () => {
    const board = STORM.reduce(
      (before, nth) =>
        join(
          before,
          seen(`caller-${nth}`, {
            cause: { component: 'database', confidence: 0.9 },
            operationId: `20261122T133000Z-${nth}`,
            change: {
              ...{ changeId: `change-${nth}`, source: 'pipeline', kind: 'deployment', summary: 'v42' },
              ...{ startedAtMs: NOON, isInProgress: false },
            },
            causes: [{ code: 'HOST_DOWN', component: `caller-${nth}`, confidence: 0.8, supports: [] }],
          }),
          graph,
        ).board,
      EMPTY,
    );
    expect(board.incidents).toHaveLength(1);
    expect(board.incidents[0]).toMatchObject({ atFault: 'database' });
    expect(JSON.stringify(board).length).toBeLessThan(100_000);
  });

  it('forgets incidents that ended an hour ago when another ends, and the oldest if there are too many', () => {
    const ended = Array.from({ length: 200 }, (_, nth) => {
      const { incidents } = joinedAll(seen('index', { at: nth / 10 }));
      return { ...incidents[0], incidentId: `ended-${nth}`, resolvedAtMs: NOON + nth * 6_000 };
    }) as IncidentBoard['incidents'];
    const open = joinedAll(seen('database', { at: 20 }));
    const closedAfter = (minutes: number) =>
      close({ ...open, incidents: [...ended, ...open.incidents] }, () => true, NOON + minutes * MINUTE_MS)
        .board.incidents;
    expect(closedAfter(25)).toHaveLength(50);
    expect(closedAfter(25).map(({ incidentId }) => incidentId)).toContain('ended-199');
    expect(closedAfter(200)).toHaveLength(1);
  });
});
