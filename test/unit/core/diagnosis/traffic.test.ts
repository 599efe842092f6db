import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../../../functions/core/configuration/schema/traffic-schema.ts';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import type { Symptom } from '../../../../functions/core/diagnosis/excess.ts';
import { symptomOf, trafficQueries } from '../../../../functions/core/diagnosis/traffic.ts';
import { trafficEvidence } from '../../../../functions/core/diagnosis/traffic-evidence.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { type Minute, readsOf, trafficMetrics } from '../../../factories/operations/traffic.ts';

const MINUTE_MS = 60_000;
const NAMES = ['gateway', 'orders', 'database'];
const GRAPH = dependencyGraph([
  { caller: 'gateway', callee: 'orders' },
  { caller: 'orders', callee: 'database' },
]);
const COMPONENTS: Readonly<Record<string, { readonly traffic?: Traffic }>> = Object.fromEntries(
  NAMES.map((name) => [name, { traffic: trafficMetrics(name) }]),
);
/** Trouble begins five minutes before the alarm. */
const BEGAN_MS = NOON - 5 * MINUTE_MS;

/** 600 requests a minute, of which 1 or 2 fail until the trouble begins. */
const failing =
  (from: number): Minute =>
  (atMs) => ({ requests: 600, value: atMs < BEGAN_MS ? 1 + ((atMs / MINUTE_MS) % 2) : from });
const calm = failing(1);
/** Failures are not published unless they occur. */
const silent: Minute = () => ({ requests: 600 });
/** 600 requests a minute that take about as long as usual until then. */
const slow =
  (to: number, usual = 0.1): Minute =>
  (atMs) => ({
    requests: 600,
    value: atMs < BEGAN_MS ? usual * (1 + 0.02 * ((atMs / MINUTE_MS) % 3)) : to,
  });

const METRICS: Readonly<Record<Symptom, string>> = { failures: 'error_rate', latency: 'latency_p99' };

type Minutes = Readonly<Record<string, Minute>>;

/** What is measured of each, with what is published only for one of the two symptoms. */
function trafficOf(
  bySymptom: Partial<Record<Symptom, Minutes>>,
  metric: string,
  { components = COMPONENTS, down = [] as readonly string[], names = NAMES, graph = GRAPH } = {},
) {
  const queries = trafficQueries(components, names, [], metric, { onsetMs: NOON, nowMs: NOON + 90_000 });
  const { failures = {}, latency = {} } = bySymptom;
  const ofFailures = readsOf({ ...latency, ...failures }, queries);
  const ofLatency = readsOf(latency, queries);
  const reads = queries.map(({ part }, index) => (part === 'latency' ? ofLatency : ofFailures)[index]);
  return trafficEvidence(
    { component: names[0] ?? '', metric },
    graph,
    components,
    queries,
    reads,
    new Set(down),
  );
}

function evidenceOf(
  minutes: Minutes,
  symptom: Symptom = 'failures',
  options: Parameters<typeof trafficOf>[2] = {},
) {
  return trafficOf({ [symptom]: minutes }, METRICS[symptom], options).excess;
}

describe('the traffic of components', () => {
  it.each([
    ['the database, whose failures its callers pass on', { database: failing(200) }, 'database'],
    ['the component in between, if the database is calm', { database: calm }, 'orders'],
    ['the alarmed component, if all that it calls is calm', { orders: calm, database: calm }, 'gateway'],
    [
      'the database, where failures are published only if they occur',
      { orders: failing(200), database: failing(200) },
      'database',
    ],
    ['the component in between, where the database publishes no failure', { database: silent }, 'orders'],
  ])('blames %s', (_, minutes, component) => {
    const all = { gateway: failing(200), orders: failing(200), ...minutes };
    const [first] = evidenceOf(all)?.candidates ?? [];
    expect(first?.component).toBe(component);
    expect(first?.confidence).toBeGreaterThanOrEqual(0.7);
  });

  it('blames by latency as well, whatever unit each component publishes it in', () => {
    const milliseconds = { ...trafficMetrics('database') };
    const components = {
      ...COMPONENTS,
      database: {
        traffic: { ...milliseconds, latency: { ...milliseconds.latency, unit: 'milliseconds' as const } },
      },
    };
    const minutes = { gateway: slow(0.5), orders: slow(0.5), database: slow(480, 80) };
    const found = evidenceOf(minutes, 'latency', { components });
    expect(found).toMatchObject({ symptom: 'latency', candidates: [{ component: 'database' }] });
    const shared = { ...minutes, database: slow(280, 80) };
    const inSeconds = evidenceOf({ ...minutes, database: slow(0.28, 0.08) }, 'latency');
    expect(
      evidenceOf(shared, 'latency', { components })?.candidates.map(({ component }) => component),
    ).toEqual(inSeconds?.candidates.map(({ component }) => component));
    expect(evidenceOf(shared, 'latency', { components })?.candidates[0]?.share).toBeCloseTo(
      inSeconds?.candidates[0]?.share ?? Number.NaN,
      6,
    );
    expect(inSeconds?.candidates[0]?.share).toBeLessThan(0.7);
  });

  it('blames the database that callers wait for until they give up', () => {
    const patient = { gateway: slow(0.6), orders: slow(0.6), database: slow(3) };
    const failures = { gateway: failing(200), orders: failing(200), database: calm };
    expect(trafficOf({ failures, latency: patient }, 'error_rate').excess).toMatchObject({
      symptom: 'latency',
      candidates: [{ component: 'database' }],
    });
  });

  it('blames the component whose requests fail, if what it depends on is as fast as usual', () => {
    const patient = { gateway: slow(0.1), orders: slow(0.1), database: slow(0.1) };
    const failures = { gateway: failing(200), orders: failing(200), database: calm };
    expect(trafficOf({ failures, latency: patient }, 'error_rate').excess).toMatchObject({
      symptom: 'failures',
      candidates: [{ component: 'orders' }],
    });
  });

  it('blames the component whose requests fail at once, although what it depends on was slow for a moment', () => {
    const peak: Minute = (atMs) => ({
      ...slow(0.1)(atMs),
      ...(atMs >= BEGAN_MS - 2 * MINUTE_MS && atMs < BEGAN_MS && { value: 0.3 }),
    });
    const latency = { gateway: peak, orders: peak, database: peak };
    const failures = { gateway: failing(200), orders: failing(200), database: calm };
    const found = (orders: Minute) =>
      trafficOf({ failures, latency: { ...latency, orders } }, 'error_rate').excess;
    expect(found(peak)).toMatchObject({ symptom: 'failures', candidates: [{ component: 'orders' }] });
  });

  it('blames the database that reports no more requests although its caller goes on', () => {
    const gone: Minute = (atMs) => (atMs < BEGAN_MS ? { requests: 600 } : { requests: 0 });
    const minutes = { gateway: failing(200), orders: failing(200), database: gone };
    expect(evidenceOf(minutes)?.candidates[0]?.component).toBe('database');
  });

  it('says how many times as many requests as usual there are, for alerts on what rises with them', () => {
    const surge: Minute = (atMs) => ({ requests: atMs < BEGAN_MS ? 600 : 1_800 });
    for (const metric of ['latency_p99', 'error_rate', 'cpu', 'pool', 'throttles'])
      expect(trafficOf({ failures: { gateway: surge } }, metric, { names: ['gateway'] }).surges).toEqual({
        gateway: 3,
      });
    expect(trafficOf({ failures: { gateway: calm } }, 'cpu').surges).toBeUndefined();
  });

  it.each(['error_rate', 'cpu'])(
    'shows no surge for an alert on %s if clients only repeat what failed',
    (metric) => {
      const retried: Minute = (atMs) =>
        atMs < BEGAN_MS ? { requests: 600, value: 0 } : { requests: 1_140, value: 560 };
      for (const names of [['gateway'], NAMES])
        expect(trafficOf({ failures: { gateway: retried } }, metric, { names }).surges).toBeUndefined();
    },
  );

  it('shows a surge if more requests than usual succeed, though many fail', () => {
    const crowded: Minute = (atMs) =>
      atMs < BEGAN_MS ? { requests: 600, value: 0 } : { requests: 2_400, value: 1_200 };
    expect(trafficOf({ failures: { gateway: crowded } }, 'error_rate').surges).toEqual({ gateway: 2 });
  });

  it('shows no surge if requests vary only as those of independent people do', () => {
    const few: Minute = (atMs) => ({ requests: atMs < BEGAN_MS ? 6 : 10 });
    expect(trafficOf({ failures: { gateway: few } }, 'cpu').surges).toBeUndefined();
  });

  it('blames a component that does not answer the watchdog for what its callers cannot explain', () => {
    const minutes = { gateway: failing(200), orders: failing(200) };
    const [first] = evidenceOf(minutes, 'failures', { down: ['database'] })?.candidates ?? [];
    expect(first?.component).toBe('database');
  });

  it.each([
    ['the alarmed component does what it usually does', { gateway: calm, orders: failing(200) }],
    [
      'the alarmed component has no history',
      { gateway: (atMs: number) => (atMs < BEGAN_MS ? { requests: 0 } : { requests: 600, value: 200 }) },
    ],
    ['there is no request', { gateway: () => ({ requests: 0 }) }],
  ])('says nothing if %s', (_, minutes) => {
    expect(evidenceOf({ orders: calm, database: calm, ...minutes })).toBeUndefined();
  });

  it('judges what the alarmed component calls, where the component itself is not measured', () => {
    const { gateway: _, ...components } = COMPONENTS;
    const all = { orders: failing(200), database: failing(200) };
    expect(evidenceOf(all, 'failures', { components })?.candidates[0]?.component).toBe('database');
    const minutes = { orders: failing(200), database: calm };
    expect(evidenceOf(minutes, 'failures', { components })?.candidates[0]?.component).toBe('orders');
    expect(evidenceOf({ orders: calm, database: calm }, 'failures', { components })).toBeUndefined();
  });

  it('reaches what is called through a component that is not measured', () => {
    const { orders: _, ...components } = COMPONENTS;
    const found = evidenceOf({ gateway: failing(200), database: failing(200) }, 'failures', { components });
    expect(found?.candidates[0]?.component).toBe('database');
    expect(found?.unjudged).toEqual(['orders']);
  });

  it('weighs what the alarmed component calls by how much each answers', () => {
    const { gateway: _, orders: __, ...rest } = COMPONENTS;
    const graph = dependencyGraph([
      { caller: 'gateway', callee: 'orders' },
      { caller: 'orders', callee: 'database' },
      { caller: 'gateway', callee: 'mail' },
    ]);
    const components = { ...rest, mail: { traffic: trafficMetrics('mail') } };
    const minutes = { database: failing(1), mail: failing(300) };
    const names = [...NAMES, 'mail'];
    const found = trafficOf({ failures: minutes }, 'error_rate', { components, names, graph }).excess;
    expect(found?.candidates[0]?.component).toBe('mail');
  });

  it('names the components that no longer answer anything although their callers go on', () => {
    const gone: Minute = (atMs) => (atMs < BEGAN_MS ? { requests: 600 } : { requests: 0 });
    const unanswering = (components: typeof COMPONENTS, minutes: Minutes) =>
      trafficOf({ failures: minutes }, 'error_rate', { components }).unanswering;
    expect(unanswering(COMPONENTS, { gateway: calm, orders: calm, database: gone })).toEqual(['database']);
    expect(unanswering(COMPONENTS, { gateway: calm, orders: gone, database: gone })).toEqual(['orders']);
    const { orders: _, ...withoutOrders } = COMPONENTS;
    expect(unanswering(withoutOrders, { gateway: calm, database: gone })).toEqual(['database']);
    expect(unanswering(COMPONENTS, { gateway: gone, orders: gone, database: gone })).toBeUndefined();
  });

  it('does not take a component that is rarely asked for one that has stopped answering', () => {
    const askedInAllBut =
      (one: number): Minute =>
      (atMs) => ({ requests: atMs < BEGAN_MS && (atMs / MINUTE_MS) % one !== 0 ? 600 : 0 });
    const unanswering = (database: Minute) =>
      trafficOf({ failures: { gateway: calm, orders: calm, database } }, 'error_rate').unanswering;
    expect(unanswering(askedInAllBut(30))).toEqual(['database']);
    expect(unanswering(askedInAllBut(10))).toBeUndefined();
  });

  it('takes a component to have stopped answering after three minutes, in which a caller went on', () => {
    const last =
      (minutes: number, requests: number): Minute =>
      (atMs) => ({ requests: atMs >= NOON + MINUTE_MS - minutes * MINUTE_MS ? requests : 600 });
    const unanswering = (database: Minute, orders: Minute = calm) =>
      trafficOf({ failures: { gateway: calm, orders, database } }, 'error_rate').unanswering;
    const gone = last(3, 0);
    expect(unanswering(gone)).toEqual(['database']);
    expect(unanswering(last(2, 0))).toBeUndefined();
    expect(unanswering(last(3, 1))).toBeUndefined();
    expect(unanswering(gone, last(3, 1))).toEqual(['database']);
    expect(unanswering(gone, last(1, 0))).toBeUndefined();
  });

  it('blames what the alarmed component depends on, although the component itself has stopped answering', () => {
    const orders: Minute = (atMs) => (atMs >= NOON - 2 * MINUTE_MS ? { requests: 0 } : failing(200)(atMs));
    const found = trafficOf({ failures: { gateway: calm, orders } }, 'error_rate', {
      ...{ names: ['orders', 'gateway', 'database'], down: ['database'] },
    });
    expect(found.unanswering).toEqual(['orders']);
    expect(found.excess?.candidates[0]?.component).toBe('database');
  });

  it('names the component that is not measured if all that it calls fall silent at once', () => {
    const graph = dependencyGraph([
      { caller: 'gateway', callee: 'orders' },
      { caller: 'orders', callee: 'database' },
      { caller: 'orders', callee: 'mail' },
    ]);
    const { orders: _, ...rest } = COMPONENTS;
    const components = { ...rest, mail: { traffic: trafficMetrics('mail') } };
    const names = [...NAMES, 'mail'];
    const unanswering = (minutes: Minutes) =>
      trafficOf({ failures: minutes }, 'error_rate', { components, names, graph }).unanswering;
    const gone: Minute = (atMs) => (atMs < BEGAN_MS ? { requests: 600 } : { requests: 0 });
    expect(unanswering({ gateway: calm, database: gone, mail: gone })).toEqual(['orders']);
    expect(unanswering({ gateway: calm, database: gone, mail: calm })).toEqual(['database']);
  });

  it('has a symptom for metrics of errors and of latency only', () => {
    expect(['error_rate', 'latency_p99', 'http_5xx', 'memory', 'cpu'].map(symptomOf)).toEqual([
      ...['failures', 'latency', 'failures'],
      ...[undefined, undefined],
    ]);
  });
});
