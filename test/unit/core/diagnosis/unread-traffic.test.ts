import { describe, expect, it } from 'vitest';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { type TrafficPart, trafficQueries } from '../../../../functions/core/diagnosis/traffic.ts';
import { trafficEvidence } from '../../../../functions/core/diagnosis/traffic-evidence.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { type Minute, readsOf, trafficMetrics } from '../../../factories/operations/traffic.ts';

const MINUTE_MS = 60_000;
const NAMES = ['gateway', 'orders', 'database'];
const GRAPH = dependencyGraph([
  { caller: 'gateway', callee: 'orders' },
  { caller: 'orders', callee: 'database' },
]);
const COMPONENTS = Object.fromEntries(NAMES.map((name) => [name, { traffic: trafficMetrics(name) }]));
const ALERT = { component: 'gateway', metric: 'error_rate' };
const BEGAN_MS = NOON - 5 * MINUTE_MS;

/** 600 requests a minute, of which 1 or 2 fail until the trouble begins, and 200 from then on. */
const failing: Minute = (atMs) => ({
  requests: 600,
  value: atMs < BEGAN_MS ? 1 + ((atMs / MINUTE_MS) % 2) : 200,
});

/** They take as long as ever. */
const calm: Minute = (atMs) => ({ requests: 600, value: 0.1 * (1 + 0.02 * ((atMs / MINUTE_MS) % 3)) });

/** What the traffic says if a part of one component’s could not be read. */
function withoutReading(component: string, part: TrafficPart) {
  const queries = trafficQueries(COMPONENTS, NAMES, [], ALERT.metric, {
    onsetMs: NOON,
    nowMs: NOON + 90_000,
  });
  const all = (minute: Minute) => Object.fromEntries(NAMES.map((name) => [name, minute]));
  const [failures, latency] = [failing, calm].map((minute) => readsOf(all(minute), queries));
  const known = queries.map((query, index) =>
    query.component === component && query.part === part
      ? undefined
      : (query.part === 'latency' ? latency : failures)?.[index],
  );
  return trafficEvidence(ALERT, GRAPH, COMPONENTS, queries, known, new Set());
}

describe('traffic that could not be read', () => {
  it.each(['requests', 'failures'] as const)(
    'is not taken for none: without the %s of the database, its caller is charged with what it does',
    (part) => {
      const { excess, unanswering } = withoutReading('database', part);
      expect(excess?.candidates[0]?.component).toBe('orders');
      expect(excess?.unjudged).toEqual(['database']);
      expect(unanswering).toBeUndefined();
    },
  );

  it('says nothing where none was to be read', () => {
    expect(trafficEvidence(ALERT, GRAPH, COMPONENTS, [], [], new Set())).toEqual({});
  });
});
