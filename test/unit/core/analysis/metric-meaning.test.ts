import { expect, it } from 'vitest';
import { usualDirection } from '../../../../functions/core/analysis/metric-meaning.ts';
import { HOST_METRICS } from '../../../../functions/core/configuration/alarm-sources.ts';
import { knownMetrics } from '../../../../functions/core/configuration/target-metrics.ts';

const TARGETS = [
  { lambdaAlias: 'orders:live' },
  { ecsService: 'main/orders' },
  { dbInstance: 'orders' },
  { dbCluster: 'orders' },
] as const;

it('takes every metric that is known by name to be bad when it is high or low, but the number of connections', () => {
  const known = [...HOST_METRICS.keys(), ...TARGETS.flatMap((targets) => knownMetrics({ targets }))];
  const directionOf = new Map(known.map((metric) => [metric, usualDirection(metric)]));
  const named = (direction: string) =>
    [...directionOf].flatMap(([metric, own]) => (own === direction ? [metric] : [])).sort();
  expect(named('both')).toEqual(['connections']);
  expect(named('below')).toEqual([
    'free_local_storage',
    'free_memory',
    'free_storage',
    'hit_rate',
    'throughput',
  ]);
});

it.each([
  ['latency_p99', 'above'],
  ['error_rate', 'above'],
  ['throughput_total', 'below'],
  ['duration_of_backups', 'both'],
  ['queue', 'both'],
])('takes %s to be bad %s', (metric, direction) => {
  expect(usualDirection(metric)).toBe(direction);
});
