import { describe, expect, it } from 'vitest';
import { analyzeShard, planShard } from '../../../../functions/core/analysis/analyze-shard.ts';
import type { Announcement, Baseline } from '../../../../functions/core/analysis/baseline.ts';
import { judgeSeries, planSeries } from '../../../../functions/core/analysis/judge-series.ts';
import type { SeriesRead } from '../../../../functions/core/analysis/read-window.ts';
import type { WatchedSeries } from '../../../../functions/core/analysis/watched-series.ts';
import { configured } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const { settings } = configured();
const SETTINGS = { ...settings.analysis, settleSeconds: 60, latenessSeconds: 300, historySeconds: 600 };

function watched(fields: Partial<WatchedSeries> = {}): WatchedSeries {
  const metric = { namespace: 'Shop', metricName: 'Latency', dimensions: {}, statistic: 'Average' };
  return {
    ...{ component: 'web', name: 'latency', metric: 'latency', fingerprint: 'f', observationMs: 0 },
    source: { kind: 'metric', metric },
    series: { detector: 'missing', periodSeconds: 60, learningHours: 0 },
    tiers: { medium: 'signal', high: 'signal', critical: 'signal' },
    ...fields,
  };
}

const point = (minutes: number, value = 1) => ({ atMs: NOON + minutes * MINUTE_MS, value });
const read = (fields: Partial<SeriesRead> = {}): SeriesRead => ({
  ...{ points: [], completeUntilMs: NOON + 60 * MINUTE_MS, ...fields },
});

/** The baseline after data points of some minutes before noon. */
function learned(minutes: readonly number[], series = watched()): Baseline {
  const plan = planSeries(series, undefined, NOON + MINUTE_MS, SETTINGS);
  const points = minutes.map((each) => point(each));
  const judged = judgeSeries(plan, read({ points }), NOON + 10 * MINUTE_MS, SETTINGS);
  if (!judged) throw new Error('not judged');
  return judged.baseline;
}

describe('a series to be read', () => {
  it('starts over with its history where nothing that fits was kept', () => {
    const fresh = { fingerprint: 'f', watchedSinceMs: NOON };
    const window = { startMs: NOON - 11 * MINUTE_MS, endMs: NOON - MINUTE_MS };
    expect(planSeries(watched(), undefined, NOON, SETTINGS)).toMatchObject({ before: fresh, window });
    const kept = learned([-3, -2]);
    const changed = watched({ fingerprint: 'g' });
    expect(planSeries(changed, kept, NOON, SETTINGS).before).toEqual({ ...fresh, fingerprint: 'g' });
    const unreadable = { ...kept, packed: new Uint8Array([1, 2]) };
    expect(planSeries(watched(), unreadable, NOON, SETTINGS).before).toEqual(fresh);
  });

  it('goes on from where it was read', () => {
    const kept = { ...learned([-3, -2]), readUntilMs: NOON - 2 * MINUTE_MS };
    const plan = planSeries(watched(), kept, NOON, SETTINGS);
    expect(plan.before).toBe(kept);
    expect(plan.window).toEqual({ startMs: NOON - 2 * MINUTE_MS, endMs: NOON - MINUTE_MS });
    expect(planSeries(watched(), { ...kept, readUntilMs: NOON }, NOON, SETTINGS)).not.toHaveProperty(
      'window',
    );
  });

  it('waits as its own settings say', () => {
    const waits = { settleSeconds: 0, historySeconds: 120 };
    expect(planSeries(watched({ waits }), undefined, NOON, SETTINGS).window).toEqual({
      ...{ startMs: NOON - 2 * MINUTE_MS, endMs: NOON },
    });
  });
});

describe('what was read of a series', () => {
  it('is nothing if it has never been read', () => {
    const plan = planSeries(watched(), undefined, NOON, SETTINGS);
    expect(judgeSeries(plan, undefined, NOON, SETTINGS)).toBeUndefined();
  });

  it('leaves its baseline as it was if it cannot be read now', () => {
    const kept = learned([-3, -2]);
    const plan = planSeries(watched(), kept, NOON + 5 * MINUTE_MS, SETTINGS);
    expect(judgeSeries(plan, undefined, NOON, SETTINGS)).toEqual({
      ...{ watched: watched(), baseline: kept, counted: 0, isCalm: false },
      learnedSinceMs: NOON - 3 * MINUTE_MS,
    });
  });

  it('is counted, and the last value is kept', () => {
    const kept = learned([-4, -3, -2]);
    expect(kept).toMatchObject({
      ...{ fingerprint: 'f', watchedSinceMs: NOON + MINUTE_MS, readUntilMs: NOON },
      last: { atMs: NOON - 2 * MINUTE_MS, value: 1, score: 0 },
    });
    expect(kept).not.toHaveProperty('open');
    expect(kept).not.toHaveProperty('waiting');
  });

  it('is silence where no data point came in a time that has passed', () => {
    const kept = { ...learned([-4, -3, -2]), readUntilMs: NOON };
    const plan = planSeries(watched(), kept, NOON + 10 * MINUTE_MS, SETTINGS);
    const judged = judgeSeries(plan, read(), NOON + 20 * MINUTE_MS, SETTINGS);
    expect(judged?.counted).toBe(0);
    expect(judged?.baseline).toMatchObject({
      readUntilMs: NOON + 9 * MINUTE_MS,
      last: { atMs: NOON + 9 * MINUTE_MS, score: 11 },
      open: { atMs: NOON + 9 * MINUTE_MS, sinceMs: NOON + 9 * MINUTE_MS, tier: 'CRITICAL', score: 11 },
    });
    expect(judged?.baseline.last).not.toHaveProperty('value');
  });

  it('is no silence while data points may still come, and counts nothing twice', () => {
    const kept = { ...learned([-4, -3, -2]), readUntilMs: NOON };
    const plan = planSeries(watched(), kept, NOON + 3 * MINUTE_MS, SETTINGS);
    const judged = judgeSeries(plan, read({ completeUntilMs: NOON }), NOON + 3 * MINUTE_MS, SETTINGS);
    expect(judged?.baseline).toEqual(kept);
  });

  it('is no silence for a time of which nothing is known', () => {
    const kept = { ...learned([-4, -3, -2]), readUntilMs: NOON };
    const plan = planSeries(watched(), kept, NOON + 10 * MINUTE_MS, SETTINGS);
    const asked = read({ knownFromMs: NOON + 8 * MINUTE_MS });
    expect(judgeSeries(plan, asked, NOON + 20 * MINUTE_MS, SETTINGS)?.baseline.last?.score).toBe(3);
  });

  it('keeps what waits for the others of a series that is watched with them', () => {
    const kept = {
      ...learned([-3, -2]),
      readUntilMs: NOON,
      waiting: [{ atMs: NOON, values: [1, Number.NaN] }],
    };
    const plan = planSeries(watched(), kept, NOON + 3 * MINUTE_MS, SETTINGS);
    const rows = [{ atMs: NOON + MINUTE_MS, values: [2, Number.NaN] }];
    const judged = (waiting: typeof rows) =>
      judgeSeries(plan, read({ waiting }), NOON + 3 * MINUTE_MS, SETTINGS)?.baseline;
    expect(judged(rows)?.waiting).toEqual(rows);
    expect(judged([])).not.toHaveProperty('waiting');
  });
});

describe('a record of several series', () => {
  const CONTEXT = { configuration: configured(), home: HOME, nowMs: NOON };
  const series = [watched(), watched({ name: 'errors' }), watched({ component: 'api' })];
  const analyzed = (
    before: Parameters<typeof planShard>[2],
    answer: (plan: { readonly watched: WatchedSeries }) => SeriesRead | undefined,
    all = series,
  ) => analyzeShard(planShard(7, all, before, NOON, SETTINGS), answer, SETTINGS, CONTEXT);
  const points = [point(-9), point(-8)];

  it('has what was read of each, and leaves out what never was', () => {
    const { record, isChanged, counted, dropped } = analyzed(undefined, ({ watched: { name, component } }) =>
      name === 'latency' && component === 'web' ? read({ points }) : undefined,
    );
    expect(record).toMatchObject({ shard: 7, savedAtMs: NOON, pending: [] });
    expect(Object.keys(record.components)).toEqual(['web']);
    expect(Object.keys(record.components['web']?.series ?? {})).toEqual(['latency']);
    expect([isChanged, counted, dropped]).toEqual([true, 2, 0]);
  });

  it('is unchanged where nothing was read, and nothing is watched no longer', () => {
    const { record } = analyzed(undefined, () => read({ points }));
    expect(analyzed(record, () => undefined)).toMatchObject({ isChanged: false, counted: 0 });
    expect(analyzed(undefined, () => undefined)).toMatchObject({ isChanged: false });
    const fewer = analyzed(record, () => undefined, series.slice(0, 2));
    expect(fewer.isChanged).toBe(true);
    expect(Object.keys(fewer.record.components)).toEqual(['web']);
    expect(analyzed(record, () => undefined, [watched(), watched({ component: 'api' })]).isChanged).toBe(
      true,
    );
  });

  it('keeps an episode, a profile and injections while nothing is read', () => {
    const { record } = analyzed(undefined, () => read({ points }));
    const episode = {
      ...({
        sinceMs: 1,
        level: 'signal',
        tier: 'HIGH',
        metric: 'latency',
        announcedAtMs: 2,
        count: 1,
      } as const),
    };
    const profile = { requests: [], requestedAtMs: 5, latest: {} };
    const injected = [{ metric: 'latency', value: 9, points: 2 }];
    const known = { ...record.components['web'], series: {}, episode, profile, injected };
    const before = { ...record, components: { web: known } };
    const { components } = analyzed(before, () => undefined).record;
    expect(components['web']).toStrictEqual({ series: {}, episode, profile, injected });
    const counted = analyzed(before, () => read({ points: [point(-9)] })).record.components['web'];
    expect(counted?.injected).toEqual([{ metric: 'latency', value: 9, points: 1 }]);
    const over = analyzed(before, () => read({ points })).record.components['web'];
    expect(over).not.toHaveProperty('injected');
  });

  it('keeps what is not sent yet, but for what is overtaken or has no room', () => {
    const { record } = analyzed(undefined, () => read({ points }));
    const pending = (about: string, size = 1): Announcement => ({
      ...{ about, atMs: 1, signal: { text: 'x'.repeat(size) } },
    });
    const keeping = (...all: readonly Announcement[]) => ({ ...record, pending: all });
    expect(analyzed(keeping(pending('a'), pending('b')), () => undefined).record.pending).toHaveLength(2);
    const full = analyzed(
      keeping(pending('a', 20_000), pending('b', 20_000), pending('c', 20_000)),
      () => undefined,
    );
    expect(full.record.pending.map(({ about }) => about)).toEqual(['b', 'c']);
    expect(full.dropped).toBe(1);
  });

  it('has room for 48 KiB of what is not sent yet, with a comma after each', () => {
    const { record } = analyzed(undefined, () => read({ points }));
    const sized = (size: number): Announcement => ({
      about: 'a',
      atMs: 1,
      signal: { text: 'x'.repeat(size) },
    });
    const room = 48 * 1_024 - Buffer.byteLength(JSON.stringify(sized(0))) - 1;
    const dropped = (size: number) =>
      analyzed({ ...record, pending: [sized(size)] }, () => undefined).dropped;
    expect([dropped(room), dropped(room + 1)]).toEqual([0, 1]);
  });
});
