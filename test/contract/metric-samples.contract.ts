import { describe, expect, it } from 'vitest';
import { type MetricSamples, MOST_SAMPLES } from '../../functions/ports/metric-samples.ts';
import { NOON } from '../factories/operations/admissions.ts';

const ORDERS = { component: 'web', monitor: 'orders' };
const DAY = { startMs: NOON - 1, endMs: NOON + 86_400_000 };
const sample = (atMs: number, value: number, eventId = `event-${atMs}`) => ({
  ...ORDERS,
  atMs,
  value,
  eventId,
});

/** What every store of samples must do. */
export function metricSamplesContract(name: string, makeStore: () => Promise<MetricSamples>): void {
  describe(`samples, ${name}`, () => {
    it('lists the values of a monitor from a time on and before another, oldest first', async () => {
      const store = await makeStore();
      await store.add([sample(NOON + 2, 3), sample(NOON, 1), sample(NOON + 1, 2)]);
      const listed = await store.list(ORDERS, { startMs: NOON, endMs: NOON + 2 });
      expect(listed.samples.map(({ value }) => value)).toEqual([1, 2]);
      expect(listed.completeUntilMs).toBe(NOON + 2);
    });

    it('keeps an event once, however often it is delivered', async () => {
      const store = await makeStore();
      for (const _ of [1, 2]) await store.add([sample(NOON, 1)]);
      expect((await store.list(ORDERS, DAY)).samples).toEqual([{ atMs: NOON, value: 1 }]);
    });

    it('keeps events of the same time apart', async () => {
      const store = await makeStore();
      await store.add([sample(NOON, 1, 'a'), sample(NOON, 2, 'b')]);
      expect((await store.list(ORDERS, DAY)).samples).toHaveLength(2);
    });

    it('lists nothing of another monitor or component', async () => {
      const store = await makeStore();
      await store.add([sample(NOON, 1)]);
      expect((await store.list({ ...ORDERS, monitor: 'order' }, DAY)).samples).toEqual([]);
      expect((await store.list({ ...ORDERS, component: 'web-2' }, DAY)).samples).toEqual([]);
    });

    it('says up to where it has listed, if there is more', async () => {
      const store = await makeStore();
      const many = Array.from({ length: MOST_SAMPLES + 1 }, (_, index) => sample(NOON + index, index));
      for (let start = 0; start < many.length; start += 40) await store.add(many.slice(start, start + 40));
      const listed = await store.list(ORDERS, DAY);
      expect(listed.samples).toHaveLength(MOST_SAMPLES);
      expect(listed.completeUntilMs).toBe(NOON + MOST_SAMPLES);
    });
  });
}
