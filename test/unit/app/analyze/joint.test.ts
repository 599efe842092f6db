import { expect, it } from 'vitest';
import { watchedSeries } from '../../../../functions/core/analysis/component-series.ts';
import type { SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import {
  type AnalysisLab,
  createAnalysisLab,
  LAB_NOW,
  STEP_MS,
} from '../../../factories/analysis/analysis-lab.ts';
import { DAY_MS } from '../../../factories/analysis/learned-lab.ts';
import { configured } from '../../../factories/configuration.ts';
import { noiseOf } from '../../../factories/noise.ts';

const metric = (metricName: string) => ({
  namespace: 'Shop',
  metricName,
  dimensions: { Service: 'shop' },
  unit: metricName === 'Cpu' ? '%' : 'a minute',
});
const ANOMALIES = {
  requests: metric('Requests'),
  processor: metric('Cpu'),
  together: { detector: 'joint', of: ['requests', 'processor'] },
};

/** Requests and processor time, which go together; two weeks of them are learned. */
async function learned(anomalies: Readonly<Record<string, object>> = ANOMALIES): Promise<AnalysisLab> {
  const lab = createAnalysisLab({ anomalies: { shop: anomalies as never } });
  const { gaussian } = noiseOf(7);
  for (let atMs = LAB_NOW - 14 * DAY_MS; atMs < LAB_NOW; atMs += STEP_MS) {
    const load = gaussian();
    put(lab, atMs, 1_000 + 100 * load, 50 + 10 * load + gaussian());
  }
  await lab.catchUp();
  return lab;
}

function put(lab: AnalysisLab, atMs: number, requests: number, cpu: number): void {
  lab.put(requests, atMs, { name: 'Requests' });
  lab.put(cpu, atMs, { name: 'Cpu' });
}

/** The definitions of two metrics that are watched together, with a unit or without, as version 0.2.0 marks its baselines. */
it.each([
  [undefined, 'e5b7bea4cab17ea3'],
  ['Percent', 'baab65a3e34b8187'],
])('a joint series goes on with the baseline of version 0.2.0, with the unit %s', (unit, fingerprint) => {
  const part = (metricName: string) => ({
    ...{ namespace: 'X', metricName, statistic: 'Average', dimensions: { q: '1' }, detector: 'z_score' },
    ...(unit !== undefined && { unit }),
  });
  const components = configured({
    components: {
      c: { anomalies: { a: part('a'), b: part('b'), j: { detector: 'joint', of: ['a', 'b'] } } },
    },
  }).components;
  expect(watchedSeries(components).find(({ name }) => name === 'j')).toMatchObject({ fingerprint });
});

/** The next steps, each followed by a run that reads it; what the runs asked for. */
async function live(lab: AnalysisLab, rows: readonly (readonly [number, number])[]) {
  const asked: number[] = [];
  const metricData = {
    read: (queries: readonly SeriesQuery[]) => {
      asked.push(queries.length);
      return lab.deps.metricData.read(queries);
    },
  };
  for (const [requests, cpu] of rows) {
    put(lab, lab.clock.now, requests, cpu);
    lab.clock.now += STEP_MS + 180_000;
    await lab.run({ metricData });
    lab.clock.now -= 180_000;
  }
  return asked;
}

/** As many requests as on a busy day, and as little processor time as on a calm one: most of them fail at once. */
const APART = Array.from({ length: 3 }, () => [1_150, 36] as const);

it('the analysis signals a component whose series part, although each of them is in its usual range', async () => {
  const lab = await learned();
  await live(lab, APART);
  expect(lab.signals.map(({ detail }) => detail['metric'])).toEqual(['together']);
  const [signal] = lab.signals;
  expect(signal?.detail).toMatchObject({ kind: 'alert', severity: 'CRITICAL', component: 'shop' });
  expect(signal?.detail['reason']).toMatch(
    /^together: (requests is 1150 a minute|processor is 36 %), \S+ .*expected beside (processor|requests) \(CRITICAL, /,
  );
  expect(signal?.detail['link']).toContain('metricsV2');

  const alone = await learned({ requests: ANOMALIES.requests, processor: ANOMALIES.processor });
  await live(alone, APART);
  expect(alone.signals).toEqual([]);
});

it('the analysis reads series that are watched together once', async () => {
  const lab = await learned();
  expect(await live(lab, [[1_000, 50]])).toEqual([2]);
});

it('the analysis judges series together once the late one is there, each row once', async () => {
  const lab = await learned();
  await live(lab, [[1_000, 50]]);
  const before = await lab.baseline('shop', 'together');
  const late = lab.clock.now;
  lab.put(1_150, late, { name: 'Requests' });
  await lab.step();
  lab.put(36, late, { name: 'Cpu' });
  put(lab, late + STEP_MS, 1_000, 50);
  await lab.step(2);
  const after = await lab.baseline('shop', 'together');
  expect(after?.readUntilMs).toBe((before?.readUntilMs ?? 0) + 2 * STEP_MS);
  expect(lab.signals.map(({ detail }) => detail['metric'])).toEqual(['together']);
});

it('the analysis reads a series once more that is further than those that are watched with it', async () => {
  const lab = await learned();
  const late = lab.clock.now;
  lab.put(1_150, late, { name: 'Requests' });
  lab.clock.now += STEP_MS + 180_000;
  await lab.run();
  lab.clock.now -= 180_000;
  lab.put(36, late, { name: 'Cpu' });
  // Requests from the second period on, processor time from the first on, and requests of the first for both together.
  expect(await live(lab, [[1_000, 50]])).toEqual([3]);
  expect(lab.signals.map(({ detail }) => detail['metric'])).toEqual(['together']);
  expect((await lab.baseline('shop', 'together'))?.readUntilMs).toBe(late + 2 * STEP_MS);
});

it('the analysis leaves series unjudged while one that is watched with them cannot be read', async () => {
  const lab = await learned();
  const before = await lab.baseline('shop', 'together');
  put(lab, lab.clock.now, 1_150, 36);
  lab.clock.now += STEP_MS + 180_000;
  const read = async (queries: readonly SeriesQuery[]) => {
    const answer = await lab.deps.metricData.read(queries);
    return { ...answer, reads: answer.reads.map((each, index) => (index === 0 ? undefined : each)) };
  };
  const report = await lab.run({ metricData: { read } });
  expect(report.problems).toEqual(['2 series could not be read']);
  expect((await lab.baseline('shop', 'together'))?.readUntilMs).toBe(before?.readUntilMs);
  await lab.run();
  expect((await lab.baseline('shop', 'together'))?.readUntilMs).toBeGreaterThan(before?.readUntilMs ?? 0);
});
