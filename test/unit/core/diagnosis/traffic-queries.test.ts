import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../../../functions/core/configuration/schema/traffic-schema.ts';
import { trafficQueries } from '../../../../functions/core/diagnosis/traffic.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { trafficMetrics } from '../../../factories/operations/traffic.ts';

const MINUTE_MS = 60_000;
const NAMES = ['gateway', 'orders', 'database'];
const COMPONENTS: Readonly<Record<string, { readonly traffic?: Traffic }>> = Object.fromEntries(
  NAMES.map((name) => [name, { traffic: trafficMetrics(name) }]),
);

describe('what is read of the traffic', () => {
  it('asks only for what is measured and bears on the alert', () => {
    const at = { onsetMs: NOON, nowMs: NOON };
    const { gateway: _, ...withoutGateway } = COMPONENTS;
    expect(trafficQueries({}, NAMES, [], 'error_rate', at)).toEqual([]);
    expect(trafficQueries(withoutGateway, NAMES, [], 'cpu', at)).toEqual([]);
    expect(trafficQueries(COMPONENTS, NAMES, [], 'memory', at)).toEqual([]);
    const { latency: __, ...unmeasured } = trafficMetrics('gateway');
    const others = { ...COMPONENTS, gateway: { traffic: unmeasured } };
    const parts = trafficQueries(others, NAMES, [], 'latency_p99', at).map(({ component, part }) => [
      component,
      part,
    ]);
    expect(parts).toEqual([
      ['gateway', 'requests'],
      ['gateway', 'failures'],
    ]);
  });

  it('covers whole minutes that have ended, for at most forty-three components', () => {
    const names = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const components = Object.fromEntries(names.map((name) => [name, { traffic: trafficMetrics(name) }]));
    const queries = trafficQueries(components, names, [], 'error_rate', {
      onsetMs: NOON + 1,
      nowMs: NOON + 119_999,
    });
    expect(queries).toHaveLength(129);
    for (const { window } of queries)
      expect(window).toEqual({ startMs: NOON - 200 * MINUTE_MS, endMs: NOON + MINUTE_MS });
  });

  it('covers thirty minutes since the trouble began, at most', () => {
    const at = { onsetMs: NOON, nowMs: NOON + 180 * MINUTE_MS };
    const [first] = trafficQueries(COMPONENTS, NAMES, [], 'error_rate', at);
    expect(first?.window).toEqual({ startMs: NOON - 200 * MINUTE_MS, endMs: NOON + 30 * MINUTE_MS });
  });

  it('reads of each what it publishes, and nothing without a component', () => {
    const at = { onsetMs: NOON, nowMs: NOON };
    const { latency: _, ...unmeasured } = trafficMetrics('orders');
    const components = { ...COMPONENTS, orders: { traffic: unmeasured } };
    const read = trafficQueries(components, NAMES, [], 'error_rate', at).map(
      ({ component, part }) => `${part} ${component}`,
    );
    expect(read.slice(3, 6)).toEqual(['requests orders', 'failures orders', 'requests database']);
    expect(trafficQueries(COMPONENTS, [], [], 'error_rate', at)).toEqual([]);
  });

  it('includes that of callers, as far as requests go and whether they fail', () => {
    const at = { onsetMs: NOON, nowMs: NOON };
    const parts = (metric: string) =>
      trafficQueries(COMPONENTS, ['database'], ['orders', 'gateway'], metric, at).map(
        ({ component, part }) => `${part} ${component}`,
      );
    const requests = ['database', 'orders', 'gateway'].flatMap((name) => [
      `requests ${name}`,
      `failures ${name}`,
    ]);
    expect(parts('cpu')).toEqual(requests);
    expect(parts('latency_p99')).toEqual(requests);
  });

  it('reads nothing of callers alone', () => {
    const { gateway } = COMPONENTS;
    const at = { onsetMs: NOON, nowMs: NOON };
    expect(
      trafficQueries({ ...(gateway && { gateway }) }, ['orders', 'database'], ['gateway'], 'error_rate', at),
    ).toEqual([]);
  });

  it('reads the ten nearest callers that are measured, each once', () => {
    const callers = Array.from({ length: 14 }, (_, index) => `c${index}`);
    const { c0: _, ...measured } = Object.fromEntries(
      callers.map((name) => [name, { traffic: trafficMetrics(name) }]),
    );
    const components = { ...COMPONENTS, ...measured };
    const at = { onsetMs: NOON, nowMs: NOON };
    const read = trafficQueries(components, ['gateway', 'orders'], ['orders', ...callers], 'error_rate', at);
    expect([...new Set(read.map(({ component }) => component))]).toEqual([
      'gateway',
      'orders',
      ...callers.slice(1, 11),
    ]);
    expect(read.filter(({ component }) => component === 'orders')).toHaveLength(3);
  });

  it('asks for the mean of latencies, and the sum of everything else', () => {
    const at = { onsetMs: NOON, nowMs: NOON };
    const statistics = trafficQueries(COMPONENTS, ['gateway', 'orders'], [], 'error_rate', at).map(
      ({ part, source, periodSeconds }) => [
        part,
        source.kind === 'metric' && source.metric.statistic,
        periodSeconds,
      ],
    );
    expect(statistics.slice(0, 3)).toEqual([
      ['requests', 'Sum', 60],
      ['failures', 'Sum', 60],
      ['latency', 'Average', 60],
    ]);
  });
});
