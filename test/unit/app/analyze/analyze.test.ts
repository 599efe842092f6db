import { describe, expect, it } from 'vitest';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import {
  type AnalysisLab,
  createAnalysisLab,
  LAB_NOW,
  LATENCY,
  type LabPlan,
  STEP_MS,
} from '../../../factories/analysis/analysis-lab.ts';

const DAY_MS = 86_400_000;

/** A lab whose series have two weeks of history, all of it learned. */
async function learnedLab(plan: LabPlan = {}): Promise<AnalysisLab> {
  const lab = createAnalysisLab(plan);
  for (const [service, watched] of Object.entries(plan.anomalies ?? { shop: { latency: LATENCY } })) {
    for (const { metricName } of Object.values(watched))
      lab.ordinary(LAB_NOW - 14 * DAY_MS, LAB_NOW, { service, name: String(metricName) });
  }
  await lab.catchUp();
  return lab;
}

/** Values of the next 5-minute steps, each followed by a run that reads it. */
async function live(lab: AnalysisLab, ...values: readonly number[]): Promise<void> {
  for (const value of values) {
    lab.put(value, lab.clock.now);
    lab.clock.now += STEP_MS + 180_000;
    await lab.run();
    lab.clock.now -= 180_000;
  }
}

describe('an anomaly', () => {
  it('is signalled with its value, what was expected, its score and a link to its graph', async () => {
    const lab = await learnedLab();
    await live(lab, 900);
    expect(lab.signals).toHaveLength(1);
    const [{ detail }] = lab.signals as [(typeof lab.signals)[number]];
    expect(detail).toMatchObject({
      kind: 'alert',
      component: 'shop',
      metric: 'latency',
      severity: 'CRITICAL',
      origin: 'anomaly',
      current: 900,
      errorType: 'NETWORK_TIMEOUT',
    });
    expect(detail['baseline']).toBeCloseTo(103, 0);
    expect(detail['score']).toBeGreaterThan(5);
    expect(detail['reason']).toMatch(
      /^latency is 900 ms, 10\d(\.\d+)? ms expected \(CRITICAL, score [\d.]+\) since 2026/,
    );
    expect(detail['link']).toMatch(
      /^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=/,
    );
    expect(detail['link']).toContain("~'Shop~'Latency~'Service~'shop");
    expect(lab.notifications).toEqual([]);
  });

  it('is said once for 15 minutes and then again while it lasts, each time under another id', async () => {
    const lab = await learnedLab();
    await live(lab, 900, 900, 900, 900, 900);
    const ids = lab.signals.map(({ detail }) => detail['signalId']);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(ids.length).toBeLessThanOrEqual(3);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is followed by a recovery', async () => {
    const lab = await learnedLab();
    await live(lab, 900, ...Array.from({ length: 12 }, (_, index) => 100 + (index % 7)));
    expect(lab.signals.map(({ detail }) => detail['kind'])).toEqual(['alert', 'recovery']);
    expect(lab.signals[1]?.detail).toMatchObject({ component: 'shop', metric: 'latency' });
    expect(lab.notifications.at(-1)?.body).toMatchObject({ kind: 'anomaly-recovery', component: 'shop' });
  });

  it('in the history of a new series is announced to nobody', async () => {
    const lab = createAnalysisLab();
    lab.ordinary(LAB_NOW - 14 * DAY_MS, LAB_NOW);
    lab.put(5_000, LAB_NOW - 2 * DAY_MS);
    lab.put(5_000, LAB_NOW - 3_600_000);
    await lab.catchUp();
    await live(lab, 101, 102);
    expect(lab.signals).toEqual([]);
    expect(lab.notifications).toEqual([]);
  });

  it('only notifies while its baseline is younger than a week', async () => {
    const lab = createAnalysisLab();
    lab.ordinary(LAB_NOW - 3 * DAY_MS, LAB_NOW);
    await lab.catchUp();
    await live(lab, 900);
    expect(lab.signals.map(({ detail }) => detail['severity'])).toEqual(['INFO']);
    expect(lab.notifications).toHaveLength(1);
    expect(lab.notifications[0]).toMatchObject({
      topic: 'architect',
      body: { kind: 'anomaly', current: 900 },
    });
    expect(lab.notifications[0]?.body['message']).toContain('too young to heal by');
  });

  it('does what its tier says', async () => {
    const ignoring = await learnedLab({
      anomalies: { shop: { latency: { ...LATENCY, tiers: { critical: 'ignore' } } } },
      strategies: [{ id: 'm', trigger: { metrics: ['manual'] }, actions: [{ type: 'start_component' }] }],
    });
    await live(ignoring, 900);
    expect(ignoring.signals).toEqual([]);
    const notifying = await learnedLab({
      anomalies: { shop: { latency: { ...LATENCY, tiers: { critical: 'notify' } } } },
      strategies: [{ id: 'm', trigger: { metrics: ['manual'] }, actions: [{ type: 'start_component' }] }],
    });
    await live(notifying, 900);
    expect(notifying.signals.map(({ detail }) => detail['severity'])).toEqual(['INFO']);
    expect(notifying.notifications).toHaveLength(1);
  });
});

describe('several anomalies', () => {
  const errors = { ...LATENCY, metricName: 'Errors', tiers: { critical: 'notify' } };

  it('of one component are one signal, about the one that may heal', async () => {
    const lab = await learnedLab({ anomalies: { shop: { errors, latency: LATENCY } } });
    lab.put(90_000, lab.clock.now, { name: 'Errors' });
    await live(lab, 900);
    expect(lab.signals).toHaveLength(1);
    expect(lab.signals[0]?.detail).toMatchObject({ metric: 'latency', severity: 'CRITICAL' });
    expect(lab.signals[0]?.detail['reason']).toContain('anomalous as well: errors');
  });

  it('of several components are a signal each', async () => {
    const anomalies = {
      shop: { latency: LATENCY },
      cart: { latency: { ...LATENCY, dimensions: { Service: 'cart' } } },
    };
    const lab = await learnedLab({ anomalies });
    lab.put(900, lab.clock.now, { service: 'cart' });
    await live(lab, 900);
    expect(lab.signals.map(({ detail }) => detail['component']).sort()).toEqual(['cart', 'shop']);
  });
});

describe('data points', () => {
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

  it('of an outage of 30 minutes are caught up with, and its anomaly is signalled', async () => {
    const lab = await learnedLab();
    const counted = (await lab.step(2)).reduce((sum, report) => sum + report.counted, 0);
    for (let step = 0; step < 8; step++) lab.put(step === 2 ? 900 : 101, LAB_NOW + step * STEP_MS);
    lab.clock.now = LAB_NOW + 8 * STEP_MS + 120_000;
    const report = await lab.run();
    expect(counted + report.counted).toBe(8 + 1);
    expect(lab.signals.map(({ detail }) => detail['current'])).toEqual([900]);
    expect((await lab.run()).counted).toBe(0);
  });

  it('of the history are counted once each, over as many runs as it takes', async () => {
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

  it('are read again when they could not be read', async () => {
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

  it('are read again when the record could not be kept', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const saveShard = async () =>
      Promise.reject(new ServiceUnavailable('dynamodb:PutItem: InternalServerError'));
    const report = await lab.run({ baselines: { ...lab.deps.baselines, saveShard } });
    expect(report).toMatchObject({ counted: 0, announced: 0 });
    expect(report.problems).toHaveLength(1);
    const { windows, metricData } = reading(lab);
    expect(await lab.run({ metricData })).toMatchObject({ problems: [], announced: 1 });
    expect(windows).toEqual([{ startMs: LAB_NOW - STEP_MS, endMs: LAB_NOW + STEP_MS }]);
  });

  it('are counted by one of two runs that overlap', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const reports = await Promise.all([lab.run(), lab.run()]);
    expect(reports.map(({ counted }) => counted).sort()).toEqual([0, 2]);
    expect(lab.signals).toHaveLength(1);
  });

  it('name the permission that is missing, and wait for it', async () => {
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

  it('that come late are waited for, in their order', async () => {
    const lab = await learnedLab();
    lab.put(101, LAB_NOW + STEP_MS);
    lab.clock.now = LAB_NOW + 2 * STEP_MS + 120_000;
    expect((await lab.run()).counted).toBe(1);
    lab.put(900, LAB_NOW);
    lab.clock.now += 60_000;
    expect((await lab.run()).counted).toBe(2);
    expect(lab.signals.map(({ detail }) => detail['current'])).toEqual([900]);
  });

  it('of an expression are those of its metrics', async () => {
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

describe('what could not be sent', () => {
  it('is sent by the next run, under the same id and time', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const attempted: unknown[] = [];
    const report = await lab.run({
      anomalySignals: {
        publish: async (signals) => {
          attempted.push(...signals);
          throw new ServiceUnavailable('events:PutEvents: InternalFailure');
        },
      },
    });
    expect(report.problems).toHaveLength(1);
    lab.clock.now += 60_000;
    await lab.run();
    expect(lab.signals).toEqual(attempted);
    await lab.run();
    expect(lab.signals).toHaveLength(1);
  });

  it('is sent although metrics cannot be read now', async () => {
    const lab = await learnedLab();
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    const unavailable = async () => Promise.reject(new ServiceUnavailable('out of reach'));
    await lab.run({ anomalySignals: { publish: unavailable } });
    await lab.run({ metricData: { read: unavailable } });
    expect(lab.signals).toHaveLength(1);
  });

  it('does not send again what was sent before it', async () => {
    const lab = await learnedLab({
      anomalies: { shop: { latency: { ...LATENCY, tiers: { critical: 'notify' } } } },
      strategies: [{ id: 'm', trigger: { metrics: ['manual'] }, actions: [{ type: 'start_component' }] }],
    });
    lab.put(900, LAB_NOW);
    lab.clock.now += STEP_MS + 180_000;
    await lab.run({ notifier: { notify: async () => Promise.reject(new ServiceUnavailable('SNS')) } });
    await lab.run();
    expect(lab.signals).toHaveLength(1);
    expect(lab.notifications).toHaveLength(1);
  });
});

describe('a baseline', () => {
  it('is dropped with its component, and those beside it stay', async () => {
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

  it('is not written while there is nothing new', async () => {
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
});
