import { describe, expect, it } from 'vitest';
import { createAnalysisLab, LAB_NOW, LATENCY, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';

type Json = Readonly<Record<string, unknown>>;

const LEVELS = { warning: 200, critical: 500, dataPoints: 2 };
const { detector: _learned, ...PLACE } = LATENCY;

function thresholdLab(threshold: Json, more: Json = {}) {
  const lab = createAnalysisLab({
    anomalies: { shop: { latency: { ...PLACE, detector: 'threshold', threshold, ...more } } },
  });
  /** Values 5 minutes apart, each of which is read once it is final. */
  const feed = async (...values: readonly number[]) => {
    for (const value of values) {
      lab.put(value, lab.clock.now);
      await lab.step();
    }
    await lab.step();
    return lab.signals.map(({ detail }) => [
      detail['kind'],
      detail['severity'],
      detail['current'],
      detail['threshold'],
    ]);
  };
  return { ...lab, feed };
}

describe('levels that people have set', () => {
  it('signal at the critical level at once, without a baseline', async () => {
    const lab = thresholdLab(LEVELS);
    expect(await lab.feed(700, 700)).toEqual([['alert', 'CRITICAL', 700, 500]]);
    expect(lab.signals[0]?.detail['reason']).toMatch(
      /^latency is 700 ms, 500 ms is its threshold \(CRITICAL, score 2\)/,
    );
    expect(lab.signals[0]?.detail).not.toHaveProperty('baseline');
  });

  it('notify at the warning level, and signal a WARNING if its tier says so', async () => {
    const quiet = thresholdLab(LEVELS);
    expect(await quiet.feed(300, 300)).toEqual([['alert', 'INFO', 300, 200]]);
    expect(quiet.notifications.map(({ body }) => body['tier'])).toEqual(['HIGH']);
    expect(await thresholdLab(LEVELS, { tiers: { high: 'signal' } }).feed(300, 300)).toEqual([
      ['alert', 'WARNING', 300, 200],
    ]);
  });

  it('need as many data points in a row as configured', async () => {
    expect(await thresholdLab(LEVELS).feed(700, 100, 700, 100, 700)).toEqual([]);
  });

  it('count a value at the level itself', async () => {
    expect(await thresholdLab(LEVELS).feed(499, 500, 500)).toMatchObject([
      ['alert', 'INFO', 500, 200],
      ['alert', 'CRITICAL', 500, 500],
    ]);
  });

  it('escalate a warning that lasts', async () => {
    const lab = thresholdLab({ ...LEVELS, escalateSeconds: '30m' });
    const signals = await lab.feed(...Array.from({ length: 8 }, () => 300));
    expect(signals.map(([, severity]) => severity)).toEqual(['INFO', 'CRITICAL']);
    expect(lab.signals[1]?.detail['threshold']).toBe(200);
  });

  it('begin counting again once a warning has ended, but not at a single better value', async () => {
    const lab = thresholdLab({ ...LEVELS, escalateSeconds: '30m' });
    const signals = await lab.feed(300, 300, 300, 300, 300, 100, 100, 300, 300, 300, 300);
    expect(signals.map(([, severity]) => severity)).toEqual(['INFO', 'INFO']);
    const dip = await thresholdLab({ ...LEVELS, escalateSeconds: '30m' }).feed(
      300,
      300,
      300,
      300,
      100,
      300,
      300,
      300,
    );
    expect(dip.map(([, severity]) => severity)).toEqual(['INFO', 'CRITICAL']);
  });

  it('recover once the critical level is no longer reached, while the warning goes on', async () => {
    const lab = thresholdLab(LEVELS);
    const signals = await lab.feed(700, 700, 300, 300, 300);
    expect(signals.map(([kind, severity]) => [kind, severity])).toEqual([
      ['alert', 'CRITICAL'],
      ['recovery', undefined],
    ]);
    expect((await lab.baseline('shop', 'latency'))?.open?.tier).toBe('HIGH');
    await lab.feed(100, 100, 100);
    expect((await lab.baseline('shop', 'latency'))?.open).toBeUndefined();
  });

  it('report a breach from before they were set', async () => {
    const lab = thresholdLab(LEVELS);
    for (let atMs = LAB_NOW - 10 * STEP_MS; atMs < LAB_NOW; atMs += STEP_MS) lab.put(700, atMs);
    expect(await lab.feed(700, 700)).toMatchObject([['alert', 'CRITICAL', 700, 500]]);
  });

  it('work for lower limits, too', async () => {
    const levels = { warning: 50, critical: 20, dataPoints: 1 };
    const { direction: _, ...place } = PLACE as { direction: string };
    const lab = createAnalysisLab({
      anomalies: { shop: { hit_rate: { ...place, detector: 'threshold', threshold: levels } } },
    });
    for (const value of [60, 10]) {
      lab.put(value, lab.clock.now);
      await lab.step();
    }
    await lab.step();
    expect(lab.signals.map(({ detail }) => [detail['severity'], detail['current']])).toEqual([
      ['CRITICAL', 10],
    ]);
  });

  it('come from the settings, by the metric’s name, unless a series has its own', async () => {
    const series = { ...PLACE, detector: 'threshold' };
    const lab = createAnalysisLab({
      thresholds: { latency: { critical: 500, dataPoints: 1 } },
      anomalies: {
        shop: { latency: series },
        cart: { latency: { ...series, threshold: { critical: 900, dataPoints: 1 } } },
      },
    });
    lab.put(700, lab.clock.now);
    await lab.step(2);
    expect(lab.signals.map(({ detail }) => [detail['component'], detail['threshold']])).toEqual([
      ['shop', 500],
    ]);
  });
});
