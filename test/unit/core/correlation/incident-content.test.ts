import { describe, expect, it } from 'vitest';
import { close } from '../../../../functions/core/correlation/close.ts';
import {
  type CorrelatedIncident,
  type IncidentBoard,
  incidentOfComponent,
  rememberedOf,
} from '../../../../functions/core/correlation/correlated-incident.ts';
import { join, type Sighting } from '../../../../functions/core/correlation/join.ts';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { operationIdOf } from '../../../../functions/core/operation/operation-id.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EMPTY: IncidentBoard = { neighbourhood: 'shop', revision: 0, incidents: [] };
const GRAPH = dependencyGraph([
  { caller: 'web', callee: 'db' },
  { caller: 'api', callee: 'db' },
]);

const change = {
  ...({ changeId: 'run-7', source: 'pipeline', summary: 'run 7' } as const),
  ...({ kind: 'deployment', startedAtMs: NOON, isInProgress: false } as const),
};

const onWeb: Sighting = {
  alert: alertOf('web', { signalId: 'web', metric: 'errors', targets: ['i-1'] }),
  ...{ operationId: 'op-web', nowMs: NOON + 2_000 },
};
const onApi: Sighting = {
  alert: alertOf('api', {
    signalId: 'api',
    metric: 'latency',
    severity: 'WARNING',
    occurredAtMs: NOON + 1,
    change,
  }),
  ...{ operationId: 'op-api', nowMs: NOON + 1_000 },
};
const causes = [
  { code: 'MEMORY_LEAK', component: 'db', confidence: 0.4, supports: [] },
  { code: 'DISK_FULL', component: 'db', confidence: 0.4, supports: [] },
] as const;
const onDb: Sighting = {
  alert: alertOf('db', { signalId: 'db', targets: ['i-2', 'i-1'], occurredAtMs: NOON + 2, causes }),
  ...{ cause: { component: 'db', code: 'DISK_FULL', confidence: 0.6 }, nowMs: NOON + 3_000 },
};

const joinedAll = (...sightings: readonly Sighting[]): IncidentBoard =>
  sightings.reduce((board, sighting) => join(board, sighting, GRAPH).board, EMPTY);

/** What is on record of the two that suffer, once their common cause is seen. */
const TOGETHER: CorrelatedIncident = {
  incidentId: operationIdOf(onWeb.alert),
  absorbed: [operationIdOf(onApi.alert)],
  components: { web: NOON, api: NOON + 1, db: NOON + 2 },
  alerts: [
    { component: 'web', metric: 'errors', severity: 'CRITICAL', occurredAtMs: NOON },
    { component: 'api', metric: 'latency', severity: 'WARNING', occurredAtMs: NOON + 1 },
    { component: 'db', metric: 'memory', severity: 'CRITICAL', occurredAtMs: NOON + 2 },
  ],
  atFault: 'db',
  causes: [
    { component: 'db', code: 'DISK_FULL', confidence: 0.6 },
    { component: 'db', code: 'MEMORY_LEAK', confidence: 0.4 },
  ],
  ...{ operationIds: ['op-web', 'op-api'], changeIds: ['run-7'], hosts: ['i-1', 'i-2'] },
  ...{ beganAtMs: NOON, detectedAtMs: NOON + 1_000, lastAlertMs: NOON + 2, acknowledgedAtMs: NOON + 1_000 },
  ...{ personCalls: {}, score: 0.6 },
};

describe('an incident on record', () => {
  it('has all that its first alert says', () => {
    expect(join(EMPTY, onWeb, GRAPH)).toEqual({
      board: { ...EMPTY, revision: 1, incidents: [expect.anything()] },
      incident: {
        ...{ incidentId: operationIdOf(onWeb.alert), absorbed: [], components: { web: NOON } },
        alerts: [{ component: 'web', metric: 'errors', severity: 'CRITICAL', occurredAtMs: NOON }],
        ...{ atFault: 'web', causes: [], operationIds: ['op-web'], changeIds: [], hosts: ['i-1'] },
        ...{ beganAtMs: NOON, detectedAtMs: NOON + 2_000, lastAlertMs: NOON, acknowledgedAtMs: NOON + 2_000 },
        ...{ personCalls: {}, score: 0.5 },
      },
    });
  });

  it('has all that two incidents had, once their common cause makes them one', () => {
    expect(joinedAll(onWeb, onApi).incidents).toHaveLength(2);
    expect(joinedAll(onWeb, onApi, onDb)).toEqual({ ...EMPTY, revision: 3, incidents: [TOGETHER] });
  });

  it('keeps who was called for either of two that become one', () => {
    const call = (atMs: number) => ({ status: 'CALLED' as const, atMs });
    const [web, api] = joinedAll(onWeb, onApi).incidents;
    if (!web || !api) throw new Error('they are not on record');
    const incidents = [
      { ...web, personCalls: { web: call(1), db: call(2) } },
      { ...api, personCalls: { api: call(3), db: call(4) } },
    ];
    const { incident } = join({ ...EMPTY, incidents }, onDb, GRAPH);
    expect(incident.personCalls).toEqual({ web: call(1), api: call(3), db: call(2) });
  });

  it('keeps the lists of two that become one short', () => {
    const [web, api] = joinedAll(onWeb, onApi).incidents;
    if (!web || !api) throw new Error('they are not on record');
    const named = (of: string) => Array.from({ length: 90 }, (_, nth) => `${of}-${nth}`);
    const large = (incident: CorrelatedIncident, of: string): CorrelatedIncident => ({
      ...incident,
      ...{ absorbed: named(of), operationIds: named(of), changeIds: named(of), hosts: named(of) },
      components: Object.fromEntries(
        [of, ...Array.from({ length: 400 }, (_, n) => `${of}-${n}`)].map((n) => [n, NOON]),
      ),
      alerts: named(of).map((metric) => ({ component: of, metric, severity: 'INFO', occurredAtMs: NOON })),
      causes: named(of).map((component) => ({ component, confidence: 0.1 })),
    });
    const board = { ...EMPTY, incidents: [large(web, 'web'), large(api, 'api')] };
    const { incident } = join(board, { ...onDb, alert: { ...onDb.alert, causes: [] } }, GRAPH);
    const { absorbed, alerts, causes: found, operationIds, changeIds, hosts, components } = incident;
    for (const list of [absorbed, alerts, found, operationIds, changeIds, hosts])
      expect(list).toHaveLength(100);
    expect(absorbed.slice(89, 92)).toEqual(['web-89', api.incidentId, 'api-0']);
    expect(found[0]).toEqual(onDb.cause);
    expect(Object.keys(components)).toHaveLength(500);
  });

  it('keeps the highest confidence of each component and cause', () => {
    const again = (confidence: number) => join(joinedAll(onDb), sure(confidence), GRAPH).incident.causes;
    const sure = (confidence: number): Sighting => ({
      ...onDb,
      cause: { component: 'db', code: 'DISK_FULL', confidence },
    });
    expect(again(0.59)).toEqual(TOGETHER.causes);
    expect(again(0.61)).toEqual([{ ...sure(0.61).cause }, TOGETHER.causes[1]]);
  });

  it('has every alert of its components while it is open, and up to its end those before it', () => {
    const onWebAt = (atMs: number) => ({ ...onWeb, alert: { ...onWeb.alert, occurredAtMs: atMs } });
    const late = onWebAt(NOON + HOUR_MS);
    const board = joinedAll(onWeb);
    expect(join(board, late, GRAPH).incident.incidentId).toBe(TOGETHER.incidentId);
    const { incidents } = close(board, () => true, NOON + HOUR_MS).board;
    const relapse = (atMs: number) =>
      join({ ...board, incidents }, { ...onWebAt(atMs), nowMs: NOON + HOUR_MS }, GRAPH).incident;
    expect(relapse(NOON + HOUR_MS).incidentId).toBe(TOGETHER.incidentId);
    expect(relapse(NOON + HOUR_MS + 1)).toMatchObject({ beganAtMs: NOON + HOUR_MS + 1 });
  });

  it.each(['a', 'b'])('of a circle blames the component that was unhealthy first: %s', (first) => {
    const circle = dependencyGraph([
      { caller: 'a', callee: 'b' },
      { caller: 'b', callee: 'a' },
    ]);
    const second = first === 'a' ? 'b' : 'a';
    const sightings = [first, second].map((name, nth) => ({
      ...{ alert: alertOf(name, { signalId: name, occurredAtMs: NOON + nth }), nowMs: NOON + nth },
    }));
    const board = sightings.reduce((before, each) => join(before, each, circle).board, EMPTY);
    expect(board.incidents).toMatchObject([{ atFault: first }]);
  });

  it('of a dependency is not joined by what has another cause', () => {
    const alone = { alert: alertOf('db', { signalId: 'db' }), nowMs: NOON };
    const cause = { component: 'web', confidence: 0.9 };
    expect(joinedAll(alone, onWeb).incidents).toHaveLength(1);
    expect(joinedAll(alone, { ...onWeb, cause }).incidents).toHaveLength(2);
  });

  it('begins and lasts as its earliest and latest alerts say, and counts each metric once', () => {
    const later = { ...onWeb, alert: { ...onWeb.alert, metric: 'memory', occurredAtMs: NOON + MINUTE_MS } };
    const repeated = { ...onWeb, alert: { ...onWeb.alert, occurredAtMs: NOON + 2 * MINUTE_MS } };
    const earlier = { ...onWeb, alert: { ...onWeb.alert, metric: 'cpu', occurredAtMs: NOON - 1 } };
    expect(joinedAll(onWeb, later, repeated, earlier).incidents).toMatchObject([
      {
        ...{ beganAtMs: NOON - 1, lastAlertMs: NOON + MINUTE_MS, components: { web: NOON } },
        alerts: [{ metric: 'errors' }, { metric: 'memory' }, { metric: 'cpu' }],
      },
    ]);
  });
});

describe('incidents that have ended', () => {
  const [open] = joinedAll(onWeb).incidents;
  const ended = (nth: number): CorrelatedIncident => ({
    ...(open as CorrelatedIncident),
    ...{ incidentId: `ended-${nth}`, resolvedAtMs: NOON + nth },
  });

  it('are kept for just under an hour, beside those that are open', () => {
    const incidents = [ended(0), ended(1), ...joinedAll(onApi).incidents];
    expect(rememberedOf(incidents, NOON + HOUR_MS - 1)).toEqual(incidents);
    expect(rememberedOf(incidents, NOON + HOUR_MS)).toEqual(incidents.slice(1));
  });

  it('are the latest 50', () => {
    const incidents = Array.from({ length: 51 }, (_, nth) => ended(nth));
    expect(rememberedOf(incidents, NOON + 60)).toEqual(incidents.slice(1));
  });

  it('are those of a component only where none is open, the last one first', () => {
    const board = (...incidents: readonly CorrelatedIncident[]) => ({ ...EMPTY, incidents });
    const current = open as CorrelatedIncident;
    expect(incidentOfComponent(board(ended(0), current, ended(1)), 'web')).toBe(current);
    expect(incidentOfComponent(board(ended(0), ended(1)), 'web')).toEqual(ended(1));
    expect(incidentOfComponent(board(current), 'api')).toBeUndefined();
  });

  it('end half a minute after the last alert, at the earliest, each for itself', () => {
    const board = joinedAll(onWeb, onApi);
    const recovered: (readonly [string, number])[] = [];
    const isWeb = (name: string, quietMs: number) => recovered.push([name, quietMs]) > 0 && name === 'web';
    expect(close(board, isWeb, NOON + 29_999)).toEqual({ board, ended: [] });
    expect(recovered).toEqual([]);
    const closed = close(board, isWeb, NOON + 30_000);
    expect(recovered).toEqual([['web', 30_000]]);
    const [web, api] = board.incidents;
    const end = { ...web, resolvedAtMs: NOON + 30_000 };
    expect(closed).toEqual({ board: { ...board, revision: 3, incidents: [end, api] }, ended: [end] });
  });
});
