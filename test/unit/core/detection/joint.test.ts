import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../functions/core/detection/detector.ts';
import { noteChange, observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { packState, unpackState } from '../../../../functions/core/detection/packed-state.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { START_MS } from './points.ts';

const of = (dimensions: number): Series => ({
  detector: 'joint',
  options: { dimensions },
  periodSeconds: 300,
  learningHours: 0,
});
const series = of(2);

const rowsOf = (rows: readonly (readonly number[])[]): Point[] =>
  rows.map((values, row) => ({ atMs: START_MS + row * 300_000, value: values[0] ?? 0, values }));

/** Requests and processor time, which go together. */
function together(count: number, seed = 1): Point[] {
  const { gaussian } = noiseOf(seed);
  return rowsOf(
    Array.from({ length: count }, () => {
      const load = gaussian();
      return [1_000 + 100 * load, 50 + 10 * (0.95 * load + Math.sqrt(1 - 0.95 ** 2) * gaussian())];
    }),
  );
}

const readingsOf = (points: readonly Point[], watched = series) =>
  observeSeries(watched, startSeries(watched), points).readings;

const then = (points: readonly Point[], values: readonly number[]): Point[] => [
  ...points,
  { atMs: START_MS + points.length * 300_000, value: values[0] ?? 0, values },
];

describe('joint', () => {
  it('sees two series part, though each is in its usual range', () => {
    const rows = together(1_500);
    expect(readingsOf(then(rows, [1_150, 35])).at(-1)).toMatchObject({ event: 'BEGAN' });
    expect(readingsOf(then(rows, [1_150, 65])).at(-1)).toMatchObject({ event: undefined });
  });

  it('names the series furthest from what the others predict, and the predicted value', () => {
    const { gaussian } = noiseOf(5);
    const rows = rowsOf(
      Array.from({ length: 1_500 }, () => {
        const load = gaussian();
        return [load + gaussian() / 10, 2 * load + gaussian() / 10, 100 - load + gaussian() / 10];
      }),
    );
    const last = readingsOf(then(rows, [1, 2, 101]), of(3)).at(-1);
    expect(last).toMatchObject({ part: 2, value: 101 });
    expect(last?.expected).toBeCloseTo(99, 0);
  });

  it('scores the z of the squared Mahalanobis distance, by the inverse of a 2 × 2 covariance', () => {
    const corners = [
      [8, 19],
      [12, 21],
      [8, 21],
      [12, 19],
    ];
    const rows = rowsOf(Array.from({ length: 400 }, (_, row) => corners[row % 4] ?? []));
    // Variances 4 and 1, no covariance: the distance of (16, 22) squared is 36/4 + 4/1 = 13.
    const z = (Math.cbrt(13 / 2) - (1 - 1 / 9)) / Math.sqrt(1 / 9);
    const last = readingsOf(then(rows, [16, 22])).at(-1);
    expect(last?.score).toBeCloseTo(z, 1);
    expect(last).toMatchObject({ part: 0 });
    expect(last?.expected).toBeCloseTo(10, 1);
  });

  it('scores plain rows like a standard normal, and hardly alarms', () => {
    const readings = readingsOf(together(5_000, 3));
    const scores = readings.slice(500).map(({ score }) => score);
    expect(scores.filter((score) => score > 3).length / scores.length).toBeLessThan(0.01);
    expect(readings.filter(({ event }) => event === 'BEGAN')).toEqual([]);
  });

  it('copes with series that always move together, and with constant ones', () => {
    const rows = rowsOf(together(500).map(({ value }) => [value, value, 7]));
    const readings = readingsOf(rows, of(3));
    expect(readings.every(({ score }) => Number.isFinite(score))).toBe(true);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });

  it('leaves out rows that are late, or beyond what it can keep', () => {
    const rows = together(10);
    const readings = readingsOf([
      ...rows,
      ...rows.slice(3, 4),
      { atMs: START_MS + 1e9, value: 1, values: [1, 1e30] },
    ]);
    expect(readings.slice(10).map(({ leftOut }) => leftOut)).toEqual(['LATE', 'NOT_A_NUMBER']);
  });

  it('learns again after a change, instead of alarming', () => {
    const before = observeSeries(series, startSeries(series), together(1_500)).state;
    const changed = noteChange(series, before, START_MS + 1_500 * 300_000);
    const apart = together(600, 2).map(({ atMs, value, values: [, cpu = 0] = [] }) => ({
      atMs: atMs + 1_500 * 300_000,
      value,
      values: [value, 90 - cpu],
    }));
    const events = (state: typeof before) =>
      observeSeries(series, state, apart).readings.filter(({ event }) => event === 'BEGAN').length;
    expect(events(before)).toBeGreaterThan(0);
    expect(events(changed)).toBe(0);
  });

  it('takes series that hardly ever move to vary by the least that means anything', () => {
    const watched: Series = { ...of(2), options: { dimensions: 2, leastDeviations: [0, 1] } };
    const { gaussian } = noiseOf(5);
    const rows = rowsOf(Array.from({ length: 600 }, () => [100 + 10 * gaussian(), 0]));
    const scoreOf = (value: number) => readingsOf(then(rows, [100, value]), watched).at(-1)?.score ?? 0;
    expect(scoreOf(1)).toBeLessThan(2);
    expect(scoreOf(20)).toBeGreaterThan(11);
    expect(readingsOf(then(rows, [100, 1])).at(-1)?.score).toBeGreaterThan(11);
  });

  it('goes on as if it had never been packed, in under 4 KB for the most series', () => {
    const rows = together(300);
    const half = observeSeries(series, startSeries(series), rows.slice(0, 150)).state;
    const unpacked = unpackState(series, packState(series, half));
    const whole = readingsOf(rows).slice(150);
    expect(observeSeries(series, unpacked ?? startSeries(series), rows.slice(150)).readings).toEqual(whole);
    expect(unpackState(of(3), packState(series, half))).toBeUndefined();
    expect(packState(of(8), startSeries(of(8))).length).toBeLessThan(4_096);
  });
});
