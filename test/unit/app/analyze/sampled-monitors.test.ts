import { describe, expect, it } from 'vitest';
import { readMonitors } from '../../../../functions/app/analyze/read-monitors.ts';
import type { SeriesPlan } from '../../../../functions/core/analysis/judge-series.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';

const at = (periods: number) => LAB_NOW + periods * STEP_MS;
const orders = {
  watched: {
    ...{ component: 'shop', name: 'monitor/orders', series: { periodSeconds: STEP_MS / 1_000 } },
    source: { kind: 'events', monitor: 'orders', statistic: 'Sum' },
  },
  window: { startMs: at(-2), endMs: LAB_NOW },
} as unknown as SeriesPlan;
const SAMPLES = [
  { atMs: at(-2), value: 1 },
  { atMs: at(-2) + 1_000, value: 2 },
  { atMs: at(-1), value: 4 },
];

/** What is read of `orders`, of which one answer holds everything up to a time. */
async function read(completeUntilMs: number, lastMs = LAB_NOW) {
  const { deps } = createAnalysisLab();
  const samples = { list: async () => ({ samples: SAMPLES, completeUntilMs }) };
  const { reads, problems } = await readMonitors({ ...deps, samples }, [orders], lastMs);
  return { read: reads.get(orders), problems };
}

describe('a monitor with more values than one answer holds', () => {
  it('has the periods counted that the answer holds as a whole', async () => {
    const points = [{ atMs: at(-2), value: 3 }];
    for (const completeUntilMs of [at(-1), at(-1) + 1_000])
      expect(await read(completeUntilMs)).toEqual({
        read: { points, completeUntilMs: at(-1) },
        problems: [],
      });
  });

  it('has its first period counted in any case, and is named', async () => {
    for (const completeUntilMs of [at(-2), at(-2) + 1_000])
      expect(await read(completeUntilMs)).toEqual({
        read: { points: [{ atMs: at(-2), value: 3 }], completeUntilMs: at(-1) },
        problems: [
          'monitor orders of shop: only the first 1000 values of a period were counted; add them up before they are sent',
        ],
      });
  });

  it('is left to the next run only after the last moment for a call', async () => {
    expect((await read(at(-1), LAB_NOW)).problems).toEqual([]);
    expect(await read(at(-1), LAB_NOW - 1)).toEqual({
      read: undefined,
      problems: ['1 sources of monitors were left to the next run: this one took too long'],
    });
  });
});
