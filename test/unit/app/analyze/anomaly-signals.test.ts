import { describe, expect, it } from 'vitest';
import { createAnalysisLab, LAB_NOW, LATENCY, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { DAY_MS, learnedLab, live } from '../../../factories/analysis/learned-lab.ts';

describe('an anomaly', () => {
  it('signals its value, what was expected, its score and a link to its graph', async () => {
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

  it('signals once in 15 minutes, and again while it lasts, each time under another id', async () => {
    const lab = await learnedLab();
    await live(lab, 900, 900, 900, 900, 900);
    const ids = lab.signals.map(({ detail }) => detail['signalId']);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(ids.length).toBeLessThanOrEqual(3);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('ends with a recovery', async () => {
    const lab = await learnedLab();
    await live(lab, 900, ...Array.from({ length: 12 }, (_, index) => 100 + (index % 7)));
    expect(lab.signals.map(({ detail }) => detail['kind'])).toEqual(['alert', 'recovery']);
    expect(lab.signals[1]?.detail).toMatchObject({ component: 'shop', metric: 'latency' });
    expect(lab.notifications.at(-1)).toMatchObject({
      subject: 'Selfheal: latency of shop is as expected again',
      body: { kind: 'anomaly-recovery', component: 'shop' },
    });
  });

  it('notifies, and signals nothing, if the value is ordinary again by the time it is read', async () => {
    const lab = await learnedLab();
    lab.put(900, lab.clock.now);
    lab.clock.now += STEP_MS;
    await live(lab, 101);
    expect(lab.signals.map(({ detail }) => detail['severity'])).toEqual(['INFO']);
    expect(lab.notifications.map(({ subject }) => subject)).toEqual([
      'Selfheal: latency of shop is anomalous',
    ]);
  });

  it('reaches nobody when it lies in the history of a new series', async () => {
    const lab = createAnalysisLab();
    lab.ordinary(LAB_NOW - 14 * DAY_MS, LAB_NOW);
    lab.put(5_000, LAB_NOW - 2 * DAY_MS);
    lab.put(5_000, LAB_NOW - 3_600_000);
    await lab.catchUp();
    await live(lab, 101, 102);
    expect(lab.signals).toEqual([]);
    expect(lab.notifications).toEqual([]);
  });

  it('notifies, and signals nothing, while its baseline is younger than a week', async () => {
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
    expect(lab.notifications[0]?.body['message']).toContain('too young to start a repair');
  });

  it('does what its tier asks for', async () => {
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

  it('cause one signal per component, about the one that may heal', async () => {
    const lab = await learnedLab({ anomalies: { shop: { errors, latency: LATENCY } } });
    lab.put(90_000, lab.clock.now, { name: 'Errors' });
    await live(lab, 900);
    expect(lab.signals).toHaveLength(1);
    expect(lab.signals[0]?.detail).toMatchObject({ metric: 'latency', severity: 'CRITICAL' });
    expect(lab.signals[0]?.detail['reason']).toContain('anomalous as well: errors');
  });

  it('cause a signal for each of several components', async () => {
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
