import { describe, expect, it } from 'vitest';
import { baselineLines } from '../../../../cli/presenters/baselines.ts';
import { resetBaseline } from '../../../../functions/app/operate/reset-baseline.ts';
import { baselineStandings } from '../../../../functions/app/queries/baselines.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { createAnalysisLab, LAB_NOW, LATENCY, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { recordedContext } from '../../cli/output.ts';

const DAY_MS = 86_400_000;
const SHOP = { component: 'shop', series: 'latency' };

/** Three days of latency, and errors that have no data. */
async function watchedShop() {
  const lab = createAnalysisLab({
    anomalies: { shop: { latency: LATENCY, errors: { ...LATENCY, metricName: 'Errors' } } },
  });
  lab.ordinary(LAB_NOW - 3 * DAY_MS, LAB_NOW);
  await lab.catchUp();
  const { baselines, configuration } = lab.deps;
  const standings = (component?: string) => baselineStandings({ baselines, configuration }, component);
  return { lab, standings, baselines };
}

describe('the baselines of a component', () => {
  it('say how much was learned, since when, what was expected, and from when on they heal', async () => {
    const { standings } = await watchedShop();
    const [latency, errors] = await standings('shop');
    expect(latency).toMatchObject({
      ...SHOP,
      detector: 'z_score',
      unit: 'ms',
      samples: 3 * 288 - 1,
      learnedSinceMs: LAB_NOW - 3 * DAY_MS,
      learnsUntilMs: LAB_NOW - 2 * DAY_MS,
      mayHealFromMs: LAB_NOW + 4 * DAY_MS,
    });
    expect(latency?.last?.expected).toBeCloseTo(103, 0);
    expect(errors).toMatchObject({ series: 'errors', samples: 0 });
    expect(errors?.learnedSinceMs).toBeUndefined();
  });

  it('appear in a table', async () => {
    const { standings } = await watchedShop();
    const [heading, latency, errors] = baselineLines(recordedContext(), await standings(), LAB_NOW);
    expect(heading).toMatch(/^COMPONENT +SERIES +DETECTOR +SAMPLES +AGE +EXPECTED +LAST +SCORE +STATE$/);
    expect(latency).toMatch(
      /^shop +latency +z_score +863 +3d 00h +103(\.\d+)? ms +10\d ms +[\d.]+ +as expected, only notifies for 4d 00h$/,
    );
    expect(errors).toMatch(/^shop +errors +z_score +0 +- +- +- +- +not read yet$/);
    expect(baselineLines(recordedContext(), [], LAB_NOW)).toEqual([
      'No component of this configuration has anomalies.',
    ]);
  });

  it('say how long a series still learns before anything is called anomalous', async () => {
    const lab = createAnalysisLab({ anomalies: { shop: { latency: LATENCY } } });
    lab.ordinary(LAB_NOW - 18 * 3_600_000, LAB_NOW);
    await lab.catchUp();
    const standings = await baselineStandings(lab.deps);
    expect(baselineLines(recordedContext(), standings, LAB_NOW)[1]).toMatch(/ learns for 6h 00m$/);
  });

  it('show the anomaly that has not ended', async () => {
    const { lab, standings } = await watchedShop();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    await lab.run();
    const [latency] = await standings();
    expect(latency?.open).toMatchObject({ tier: 'CRITICAL', value: 900, sinceMs: LAB_NOW });
    expect(baselineLines(recordedContext(), await standings(), lab.clock.now)[1]).toContain('CRITICAL');
  });

  it('start over when they are reset, and leave the others as they are', async () => {
    const { lab, standings, baselines } = await watchedShop();
    const before = await lab.baseline('shop', 'errors');
    expect(await resetBaseline({ baselines, clock: lab.clock }, SHOP)).toBe(true);
    expect((await standings())[0]).toMatchObject({ samples: 0 });
    expect(await lab.baseline('shop', 'errors')).toEqual(before);
    expect(await resetBaseline({ baselines, clock: lab.clock }, SHOP)).toBe(false);
    await lab.catchUp();
    expect((await standings())[0]?.samples).toBe(3 * 288 - 1);
  });

  it('stay as they are if a run has saved them meanwhile', async () => {
    const { lab, baselines } = await watchedShop();
    const busy = { ...baselines, saveShard: async () => false };
    await expect(resetBaseline({ baselines: busy, clock: lab.clock }, SHOP)).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
    expect(await lab.baseline('shop', 'latency')).toBeDefined();
  });
});
