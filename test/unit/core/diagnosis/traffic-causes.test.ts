import { describe, expect, it } from 'vitest';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { findCauses } from '../../../../functions/core/diagnosis/find-causes.ts';
import type { TrafficEvidence } from '../../../../functions/core/diagnosis/traffic-evidence.ts';
import {
  deployed,
  evidenceOf,
  found,
  likeliest,
  withChanges,
} from '../../../factories/diagnosis/found-causes.ts';

describe('what the traffic shows', () => {
  const surges = { web: 2.4 };

  it('supports TRAFFIC_SURGE without any alarm on requests', () => {
    const cause = likeliest({ alert: { metric: 'latency_p99' }, traffic: { surges } });
    expect(cause).toMatchObject({ code: 'TRAFFIC_SURGE', confidence: 0.8 });
    expect(cause?.supports).toEqual(['web has 2.4 times as many requests as usual']);
  });

  it('supports TRAFFIC_SURGE beside an alarm on requests, which is surer', () => {
    expect(likeliest({ alert: { metric: 'requests' }, traffic: { surges } })).toMatchObject({
      ...{ code: 'TRAFFIC_SURGE', confidence: 0.85 },
      supports: ['the alert is on requests', 'web has 2.4 times as many requests as usual'],
    });
  });

  it('names an entry whose requests are not known, if all that it calls has more to do', () => {
    const surgeAt = (calls: readonly string[], traffic: TrafficEvidence) =>
      findCauses({
        ...evidenceOf({ alert: { component: 'orders', metric: 'latency_p99' }, traffic }),
        graph: dependencyGraph(
          calls.map((call) => {
            const [caller = '', callee = ''] = call.split('>');
            return { caller, callee };
          }),
        ),
      }).supported.find(({ code }) => code === 'TRAFFIC_SURGE');
    const below = { surges: { orders: 3, payments: 2.5 }, measured: ['orders', 'payments', 'database'] };
    expect(surgeAt(['web>orders', 'web>payments'], below)).toMatchObject({
      ...{ component: 'web', confidence: 0.8 },
      supports: ['all that web calls has at least 2.5 times as many requests as usual'],
    });
    // One alone: it may repeat its calls.
    expect(surgeAt(['web>orders', 'orders>payments'], below)?.component).toBe('orders');
    // Through another that is not measured either.
    expect(surgeAt(['web>proxy', 'proxy>orders', 'proxy>payments'], below)?.component).toBe('web');
    // Only a part of what it calls: it asks in another way.
    expect(surgeAt(['web>orders', 'web>database'], below)?.component).toBe('orders');
    // It is called itself, by one that has no more to do.
    expect(
      surgeAt(['gateway>web', 'web>orders'], { ...below, measured: [...below.measured, 'gateway'] })
        ?.component,
    ).toBe('orders');
    // Nothing that it calls has more to do.
    expect(surgeAt(['web>orders', 'web>payments'], { ...below, surges: { database: 3 } })).toBeUndefined();
    // Its requests are known, and are as usual.
    expect(surgeAt(['web>orders'], { ...below, measured: [...below.measured, 'web'] })?.component).toBe(
      'orders',
    );
  });

  it('makes a surge of CPU trouble, and no suspect of an innocent deployment', () => {
    const given = { ...withChanges(deployed(10)), alert: { metric: 'cpu' }, traffic: { surges } };
    expect(likeliest(given)?.code).toBe('TRAFFIC_SURGE');
    expect(found(given).supported.find(({ code }) => code === 'BAD_DEPLOYMENT')?.confidence).toBeLessThan(
      0.7,
    );
  });

  it('counts as a surge if callers have more requests, and not if only a dependency has', () => {
    const below = { dependency: {}, traffic: { surges: { database: 3 } } };
    expect(found(below).supported.map(({ code }) => code)).not.toContain('TRAFFIC_SURGE');
    const database = { alert: { component: 'database' }, dependency: {} };
    expect(likeliest({ ...database, traffic: { surges } })?.code).toBe('TRAFFIC_SURGE');
  });

  it('attributes a surge to the outermost component that accounts for it', () => {
    const database = { alert: { component: 'database', metric: 'cpu' }, dependency: {} };
    const from = (web: number) =>
      likeliest({ ...database, traffic: { surges: { web, database: 2.4 } } })?.component;
    expect(from(2.2)).toBe('web');
    expect(likeliest({ ...database, traffic: { surges: { web: 2, database: 3 } } })?.component).toBe('web');
    expect(from(1.5)).toBe('database');
  });

  it('lowers the suspicion of a deployment where it is missing and the component has dependencies', () => {
    const suspected = (dependency?: object) =>
      found({ ...withChanges(deployed(10)), ...(dependency && { dependency }) }).supported[0]?.confidence ??
      0;
    expect(suspected({})).toBeLessThan(suspected());
    expect(suspected({})).toBeGreaterThanOrEqual(0.7);
  });

  it('clears a deployment if what the component depends on accounts for the trouble', () => {
    const candidate = { confidence: 0.6, coverage: 0.8 };
    const by = (component: string) =>
      ({ symptom: 'failures', candidates: [{ ...candidate, component, share: 0.9 }] }) as const;
    const confidence = (component: string) =>
      likeliest({ ...withChanges(deployed(10)), traffic: { excess: by(component) } })?.confidence;
    expect(confidence('database')).toBeLessThan(0.7);
    expect(confidence('web')).toBeGreaterThanOrEqual(0.8);
  });
});
