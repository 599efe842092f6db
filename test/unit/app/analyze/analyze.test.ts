import { describe, expect, it } from 'vitest';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import {
  type AnalysisLab,
  createAnalysisLab,
  LAB_NOW,
  LATENCY,
  STEP_MS,
} from '../../../factories/analysis/analysis-lab.ts';
import { DAY_MS, learnedLab, live } from '../../../factories/analysis/learned-lab.ts';

describe('the reading of data points', () => {
  /** Every window that is read, in order. */
  const reading = (lab: AnalysisLab) => {
    const windows: SeriesQuery['window'][] = [];
    const metricData = {
      read: (queries: readonly SeriesQuery[]) => {
        windows.push(...queries.map(({ window }) => window));
        return lab.deps.metricData.read(queries);
      },
    };
    return { windows, metricData };
  };

  it('catches up after an outage of 30 minutes, and signals the anomaly in it', async () => {
    const lab = await learnedLab();
    const counted = (await lab.step(2)).reduce((sum, report) => sum + report.counted, 0);
    for (let step = 0; step < 8; step++) lab.put(step === 2 ? 900 : 101, LAB_NOW + step * STEP_MS);
    lab.clock.now = LAB_NOW + 8 * STEP_MS + 120_000;
    const report = await lab.run();
    expect(counted + report.counted).toBe(8 + 1);
    expect(lab.signals.map(({ detail }) => detail['current'])).toEqual([900]);
    expect((await lab.run()).counted).toBe(0);
  });

  it('counts each point of the history once, over as many runs as it takes', async () => {
    const lab = createAnalysisLab();
    lab.ordinary(LAB_NOW - 14 * DAY_MS, LAB_NOW);
    let counted = 0;
    let runs = 0;
    for (let behind = 1; behind > 0; runs++) {
      const report = await lab.run();
      counted += report.counted;
      behind = report.behind;
    }
    expect(runs).toBeGreaterThan(15);
    // The newest one may still change.
    expect(counted).toBe(14 * 288 - 1);
  });

  it('reads points again that could not be read', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const throttled = new ServiceUnavailable('cloudwatch:GetMetricData: ThrottlingException: Rate exceeded');
    const report = await lab.run({ metricData: { read: async () => Promise.reject(throttled) } });
    expect(report.problems).toHaveLength(1);
    expect(report.problems[0]).toContain('Rate exceeded');
    expect(lab.signals).toEqual([]);
    await lab.run();
    expect(lab.signals.map(({ detail }) => detail['current'])).toEqual([900]);
  });

  it('reads points again when the record could not be kept', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const saveShard = async () =>
      Promise.reject(new ServiceUnavailable('dynamodb:PutItem: InternalServerError'));
    const report = await lab.run({ baselines: { ...lab.deps.baselines, saveShard } });
    expect(report).toMatchObject({ counted: 0, announced: 0 });
    expect(report.problems).toEqual([
      expect.stringMatching(/^record \d+: ServiceUnavailable: dynamodb:PutItem: InternalServerError$/),
    ]);
    const { windows, metricData } = reading(lab);
    expect(await lab.run({ metricData })).toMatchObject({ problems: [], announced: 1 });
    expect(windows).toEqual([{ startMs: LAB_NOW - STEP_MS, endMs: LAB_NOW + STEP_MS }]);
  });

  it('counts each point in one of two runs that overlap', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const reports = await Promise.all([lab.run(), lab.run()]);
    expect(reports.map(({ counted }) => counted).sort()).toEqual([0, 2]);
    expect(lab.signals).toHaveLength(1);
  });

  it('names the permission that is missing, and waits for it', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const denial = { action: 'cloudwatch:GetMetricData', resource: '*', role: 'analyze' };
    const report = await lab.run({
      metricData: { read: async () => Promise.reject(new NotPermitted(denial)) },
    });
    expect(report.problems.join()).toContain('missing permission: cloudwatch:GetMetricData');
    expect(lab.denials).toEqual([denial]);
    await lab.run();
    expect(lab.signals).toHaveLength(1);
  });

  it('waits for late points, and counts them in order', async () => {
    const lab = await learnedLab();
    lab.put(101, LAB_NOW + STEP_MS);
    lab.clock.now = LAB_NOW + 2 * STEP_MS + 120_000;
    expect((await lab.run()).counted).toBe(1);
    lab.put(900, LAB_NOW);
    lab.clock.now += 60_000;
    expect((await lab.run()).counted).toBe(2);
    expect(lab.signals.map(({ detail }) => detail['current'])).toEqual([900]);
  });

  it('covers each metric of an expression', async () => {
    const where = { namespace: 'Shop', dimensions: { Service: 'shop' }, statistic: 'Sum' };
    const anomalies = {
      shop: {
        error_rate: {
          expression: '100 * errors / requests',
          metrics: {
            errors: { ...where, metricName: 'Errors' },
            requests: { ...where, metricName: 'Requests' },
          },
          detector: 'z_score',
        },
      },
    };
    const lab = createAnalysisLab({ anomalies });
    for (let atMs = LAB_NOW - 14 * DAY_MS; atMs <= LAB_NOW; atMs += STEP_MS) {
      lab.put(200, atMs, { name: 'Requests' });
      lab.put(atMs === LAB_NOW ? 60 : 1 + ((atMs / STEP_MS) % 3), atMs, { name: 'Errors' });
    }
    await lab.catchUp();
    await lab.step(2);
    expect(
      lab.signals.map(({ detail }) => [detail['metric'], detail['current'], detail['errorType']]),
    ).toEqual([['error_rate', 30, 'API_FAILURE']]);
  });
});

describe('a run', () => {
  /** Thirty records of a hundred series each, in six batches. */
  function sixBatches(): AnalysisLab {
    const series = Array.from({ length: 100 }, (_, index) => [`latency-${index}`, LATENCY]);
    const lab = createAnalysisLab({ anomalies: { shop: Object.fromEntries(series) } });
    const { shop } = lab.deps.configuration.components;
    const names = new Map<number, string>();
    for (let index = 0; names.size < 30; index += 1)
      names.set(baselineShardOf(`shop-${index}`), `shop-${index}`);
    const components = Object.fromEntries([...names.values()].map((name) => [name, shop]));
    Object.assign(lab.deps, { configuration: { ...lab.deps.configuration, components } });
    return lab;
  }

  it('says what it read, counted and has left to read', async () => {
    const lab = createAnalysisLab();
    lab.ordinary(LAB_NOW - DAY_MS, LAB_NOW);
    lab.clock.now += 180_000;
    const first = await lab.run();
    expect(first).toMatchObject({ series: 1, read: 1, behind: 1, announced: 0, problems: [] });
    await lab.catchUp();
    expect(await lab.run()).toEqual({
      ...{ series: 1, read: 0, counted: 0, announced: 0, behind: 0, problems: [] },
    });
  });

  it('says how many series it could not read, and what CloudWatch said', async () => {
    const lab = await learnedLab();
    lab.clock.now += 2 * STEP_MS;
    const read = async () => ({ reads: [undefined], notes: ['InternalError', 'Forbidden'] });
    const { problems } = await lab.run({ metricData: { read } });
    expect(problems).toEqual(['1 series could not be read; InternalError; Forbidden']);
  });

  it('leaves what has not begun after a minute and a half to the next one', async () => {
    const readsWithin = async (tookMs: number) => {
      const lab = sixBatches();
      let reads = 0;
      const metricData = {
        read: async (queries: readonly SeriesQuery[]) => {
          reads += 1;
          // As many batches are read at a time.
          if (reads === 4) lab.clock.now = LAB_NOW + tookMs;
          return { reads: queries.map(() => undefined), notes: [] };
        },
      };
      const { problems } = await lab.run({ metricData });
      return { reads, left: problems.filter((problem) => problem.includes('left to the next run')) };
    };
    expect(await readsWithin(90_000)).toEqual({ reads: 6, left: [] });
    expect(await readsWithin(90_001)).toEqual({
      reads: 4,
      left: ['10 records were left to the next run: this one took too long'],
    });
  });

  it('asks for no further batch once a permission turns out to be missing', async () => {
    const lab = sixBatches();
    let reads = 0;
    const read = async () => {
      reads += 1;
      throw new NotPermitted({ action: 'cloudwatch:GetMetricData' });
    };
    const { problems } = await lab.run({ metricData: { read } });
    expect(reads).toBe(4);
    expect(problems).toHaveLength(4);
    expect(problems[0]).toMatch(/^records \d+(, \d+){4}: NotPermitted: /);
  });

  it('saves every record under a version of its own, though two are saved at the same time', async () => {
    const lab = createAnalysisLab({
      anomalies: { shop: { latency: LATENCY }, cart: { latency: LATENCY } },
    });
    lab.ordinary(LAB_NOW - DAY_MS, LAB_NOW);
    const versions: string[] = [];
    const { baselines } = lab.deps;
    await lab.run({
      baselines: {
        ...baselines,
        saveShard: async (record, version, previous) => {
          versions.push(version);
          return await baselines.saveShard(record, version, previous);
        },
      },
    });
    expect(new Set(versions).size).toBe(2);
    for (const version of versions) expect(version).toMatch(`${LAB_NOW.toString(36)}-`);
  });
});

describe('a baseline', () => {
  it('disappears with its component, and those beside it stay', async () => {
    const cart = { latency: { ...LATENCY, dimensions: { Service: 'cart' } } };
    const lab = await learnedLab({ anomalies: { shop: { latency: LATENCY }, cart } });
    expect(await lab.baseline('cart', 'latency')).toBeDefined();
    const before = await lab.baseline('shop', 'latency');
    lab.clock.now += STEP_MS;
    await lab.run(lab.reconfigure({ anomalies: { shop: { other: LATENCY }, cart } }));
    expect(await lab.baseline('shop', 'latency')).toBeUndefined();
    expect(before).toBeDefined();
    expect(await lab.baseline('cart', 'latency')).toBeDefined();
  });

  it('starts over when its series is configured differently', async () => {
    const lab = await learnedLab();
    const before = await lab.baseline('shop', 'latency');
    const changed = lab.reconfigure({ anomalies: { shop: { latency: { ...LATENCY, statistic: 'p99' } } } });
    await lab.run(changed);
    const after = await lab.baseline('shop', 'latency');
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
    expect(after?.watchedSinceMs).toBe(lab.clock.now);
    expect(after?.readUntilMs).toBeLessThan(before?.readUntilMs ?? 0);
  });

  it('causes no write while there is nothing new', async () => {
    const lab = await learnedLab();
    let saves = 0;
    const saveShard: typeof lab.deps.baselines.saveShard = (...args) => {
      saves += 1;
      return lab.deps.baselines.saveShard(...args);
    };
    const baselines = { ...lab.deps.baselines, saveShard };
    await lab.run({ baselines });
    await lab.run({ baselines });
    expect(saves).toBe(0);
  });

  it('keeps its episode when it starts over before it can be read, so that the recovery is sent', async () => {
    const lab = await learnedLab();
    await live(lab, 900);
    const changed = lab.reconfigure({ anomalies: { shop: { renamed: LATENCY } } });
    const unavailable = async () => Promise.reject(new ServiceUnavailable('out of reach'));
    lab.clock.now += STEP_MS;
    await lab.run({ ...changed, metricData: { read: unavailable } });
    await lab.run(changed);
    expect(lab.signals.map(({ detail }) => detail['kind'])).toEqual(['alert', 'recovery']);
  });
});
