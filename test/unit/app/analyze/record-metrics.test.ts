import { expect, it } from 'vitest';
import { createMemoryMetricSamples } from '../../../../functions/adapters/memory/metric-samples.ts';
import { recordMetrics } from '../../../../functions/app/analyze/record-metrics.ts';
import type { RefusalRecord } from '../../../../functions/core/admission/refusal.ts';
import { createAnalysisLab, LAB_NOW } from '../../../factories/analysis/analysis-lab.ts';

function lab() {
  const { deps, clock } = createAnalysisLab({
    anomalies: { shop: {} },
    monitors: { shop: { orders: { events: true }, depth: { events: true } } },
  });
  const samples = createMemoryMetricSamples();
  const refusals: RefusalRecord[] = [];
  const store = {
    noteDenial: async () => undefined,
    recordRefusal: async (refusal: RefusalRecord) => void refusals.push(refusal),
  };
  const record = (id: string, time: string, detail: unknown) =>
    recordMetrics({ configuration: deps.configuration, clock, samples, store }, { id, time, detail });
  return { record, samples, refusals };
}

it('the values of an event are kept under its time, each for its own monitor', async () => {
  const { record, samples, refusals } = lab();
  const detail = { component: 'shop', values: { orders: 3, depth: 4 } };
  expect(await record('one', new Date(LAB_NOW).toISOString(), detail)).toEqual({
    outcome: 'kept',
    values: 2,
  });
  const window = { startMs: LAB_NOW, endMs: LAB_NOW + 1 };
  const kept = await samples.list({ component: 'shop', monitor: 'depth' }, window);
  expect(kept.samples).toMatchObject([{ atMs: LAB_NOW, value: 4 }]);
  expect(refusals).toEqual([]);
});

it('an event that is refused is on record under its time, or under now if it has none', async () => {
  const { record, refusals } = lab();
  const refused = await record('early', new Date(LAB_NOW - 60_000).toISOString(), 'orders=1');
  expect(refused).toEqual({ outcome: 'refused', reason: refusals[0]?.detail });
  await record('timeless', 'noon', 'orders=1');
  expect(refusals).toMatchObject([
    { signalId: 'early', reason: 'NOT_UNDERSTOOD', occurredAtMs: LAB_NOW - 60_000, refusedAtMs: LAB_NOW },
    { signalId: 'timeless', reason: 'NOT_UNDERSTOOD', occurredAtMs: LAB_NOW, refusedAtMs: LAB_NOW },
  ]);
});
