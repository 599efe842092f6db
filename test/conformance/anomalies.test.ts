import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisReport } from '../../functions/app/analyze/analyze.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const STEP_MS = 10_000;
/** An hour and a half: more than a series learns before it is judged. */
const HISTORY_STEPS = 540;
const ANALYZE = 'selfheal-analyze';

const watching = (metricName: string) => ({
  strategies: [{ trigger: { metrics: ['latency'] } }],
  more: {
    anomalies: {
      latency: {
        namespace: 'Test',
        metricName,
        dimensions: {},
        detector: 'z_score',
        direction: 'above',
        periodSeconds: '10s',
        learningSeconds: '1h',
        observationSeconds: 0,
      },
    },
  },
});

/** Values that are sent as events, and a level at which they are bad. */
const SENT = {
  strategies: [{ trigger: { metrics: ['depth'] } }],
  more: {
    monitors: {
      depth: {
        events: true,
        detector: 'threshold',
        threshold: { critical: 500, dataPoints: 1 },
        periodSeconds: '10s',
      },
    },
  },
};

describe.each(PLACES)('anomalies, $name', ({ open }) => {
  let place: Place;
  let counted = 0;

  const put = (component: string, atMs: number, value: number) =>
    place.putMetric?.({ namespace: 'Test', name: `${component}-latency`, atMs, value });
  const thisStepMs = () => Math.floor(place.nowMs() / STEP_MS) * STEP_MS;
  const run = async (): Promise<AnalysisReport> => {
    const report = (await place.invoke(ANALYZE, {})) as AnalysisReport;
    counted += report.counted;
    return report;
  };
  /** A value that begins after everything that was read so far, and its period's end. */
  const anomaly = async (component: string, value: number) => {
    await place.sleep(STEP_MS);
    put(component, thisStepMs(), value);
    await place.sleep(STEP_MS);
  };
  const announced = () =>
    place.until('an announcement', 60, async () => ((await run()).announced > 0 ? true : undefined));

  beforeAll(async () => {
    place = await open({
      settings: { analysis: { settleSeconds: 0, latenessSeconds: 10, historySeconds: '2h' } },
      components: { shop: watching('shop-latency'), cart: watching('cart-latency'), orders: SENT },
    });
    const newestMs = thisStepMs() - STEP_MS;
    for (const component of ['shop', 'cart']) {
      for (let step = 0; step < HISTORY_STEPS; step++)
        put(component, newestMs - step * STEP_MS, 100 + (step % 7));
    }
  });
  afterAll(() => place?.stop());

  it('finds anomalies once history is read, each data point once, although reading was denied at first', async () => {
    if (place.whileDenied) {
      await place.whileDenied(ANALYZE, 'cloudwatch:GetMetricData', async () => {
        await expect(run()).rejects.toThrow(/missing permission: cloudwatch:GetMetricData/);
      });
      expect((await place.store.listDenials()).map(({ action }) => action)).toContain(
        'cloudwatch:GetMetricData',
      );
    }
    for (let behind = 1; behind > 0; ) behind = (await run()).behind;
    expect(counted).toBe(2 * HISTORY_STEPS);
    expect(place.stateChanges()).toEqual([]);
  });

  it('signals an anomaly with what was expected, and heals the component', async () => {
    await anomaly('shop', 900);
    await announced();
    const { operation } = await place.ended('shop');
    expect(operation).toMatchObject({
      state: 'COMPLETED',
      strategyId: 'shop',
      alert: { origin: 'anomaly', metric: 'latency', severity: 'CRITICAL', current: 900 },
    });
    expect(operation.alert.baseline).toBeCloseTo(103, 0);
    expect(operation.alert.link).toContain("~'Test~'shop-latency");
    expect(await place.reasons('cart')).toEqual([]);
  });

  it('keeps anomalies on record while the bus is out of reach, and sends them with the next run', async () => {
    if (!place.whileDenied) return;
    await anomaly('cart', 900);
    await place.whileDenied(ANALYZE, 'events:PutEvents', async () => {
      await place.until('a denial', 60, async () => {
        const denied = await run().catch(String);
        return /missing permission: events:PutEvents/.test(String(denied)) || undefined;
      });
    });
    await announced();
    const { operation } = await place.ended('cart');
    expect(operation).toMatchObject({ state: 'COMPLETED', alert: { origin: 'anomaly', current: 900 } });
  });

  it('finds anomalies in values that others send as events, and ignores events of strangers', async () => {
    const send = (source: string, depth: number) =>
      place.putEvent({
        source,
        detailType: 'Selfheal Metric',
        detail: { component: 'orders', values: { depth } },
      });
    await send('shop.figures', 9_999);
    await send('selfheal.monitor', 900);
    await place.until('an operation', 120, async () => {
      await place.sleep(STEP_MS);
      await run();
      return place.stateChanges().some(({ component }) => component === 'orders') || undefined;
    });
    const { operation } = await place.ended('orders');
    expect(operation).toMatchObject({
      state: 'COMPLETED',
      alert: { origin: 'anomaly', metric: 'depth', severity: 'CRITICAL', current: 900, threshold: 500 },
    });
  });
});
