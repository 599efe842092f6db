import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../functions/core/detection/detector.ts';
import { observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { packState, unpackState } from '../../../../functions/core/detection/packed-state.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { START_MS } from './points.ts';

const SECONDS = 300;
/** Processor time, and a counter of what was served. */
const SERIES: Series = {
  detector: 'joint',
  options: { dimensions: 2 },
  counters: [1],
  periodSeconds: SECONDS,
  learningHours: 0,
};
const PLAIN: Series = {
  detector: 'joint',
  options: { dimensions: 2 },
  periodSeconds: SECONDS,
  learningHours: 0,
};
/** Beyond what 32 bits hold to the unit. */
const SERVED_BEFORE = 4e12;

interface Row {
  readonly period: number;
  readonly cpu: number;
  readonly perSecond: number;
}

const pointOf = (period: number, values: readonly number[]): Point => ({
  atMs: START_MS + period * SECONDS * 1_000,
  value: values[0] ?? 0,
  values,
});

/** Processor time that follows the requests. */
function together(count: number): readonly Row[] {
  const { gaussian } = noiseOf(11);
  return Array.from({ length: count }, (_, period) => {
    const load = gaussian();
    return { period, cpu: 50 + 10 * load + gaussian(), perSecond: 10 + 2 * load };
  });
}

/** As the counter would be read: `resets` are periods before which it begins at 0 again. */
function counted(rows: readonly Row[], resets: readonly number[] = []): readonly Point[] {
  let total = SERVED_BEFORE;
  return rows.map(({ period, cpu, perSecond }) => {
    if (resets.includes(period)) total = 0;
    total += perSecond * SECONDS;
    return pointOf(period, [cpu, total]);
  });
}

const readingsOf = (points: readonly Point[], series = SERIES) =>
  observeSeries(series, startSeries(series), points).readings;

describe('a counter that is watched together with others', () => {
  it('is judged by its rate per second, as if the rates had been read', () => {
    const rows = together(400);
    const rates = rows.slice(1).map(({ period, cpu, perSecond }) => pointOf(period, [cpu, perSecond]));
    const asRates = readingsOf(rates, PLAIN);
    const asCounter = readingsOf(counted(rows));
    expect(asCounter[0]?.leftOut).toBe('COUNTER_RESET');
    for (const [row, { score, part }] of asCounter.slice(1).entries()) {
      expect(score).toBeCloseTo(asRates[row]?.score ?? Number.NaN, 2);
      expect(part).toBe(asRates[row]?.part);
    }
  });

  it('is anomalous when it parts from the others, and its rate and the expected one are reported', () => {
    const rows = together(1_000);
    const stuck = [{ period: 1_000, cpu: 70, perSecond: 5 }];
    const last = readingsOf(counted([...rows, ...stuck])).at(-1);
    expect(last).toMatchObject({ event: 'BEGAN', tier: 'CRITICAL' });
    expect([last?.value, last?.expected].map((each) => Math.round(each ?? 0))).toContain(
      last?.part === 1 ? 5 : 70,
    );
  });

  it('leaves out the row in which it was reset, and goes on after it', () => {
    const rows = together(400);
    const readings = readingsOf(counted(rows, [300]));
    expect(readings.flatMap(({ leftOut }, row) => (leftOut ? [row] : []))).toEqual([0, 300]);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });

  it('has the average rate since the row before a short gap, and none after a long one', () => {
    const rows = together(400).filter(
      ({ period }) => ![201, 202].includes(period) && (period < 300 || period > 330),
    );
    const points = counted(together(400)).filter(({ atMs }) =>
      rows.some(({ period }) => atMs === START_MS + period * SECONDS * 1_000),
    );
    const readings = readingsOf(points);
    expect(
      readings.filter(({ leftOut }) => leftOut).map(({ atMs }) => (atMs - START_MS) / SECONDS / 1_000),
    ).toEqual([0, 331]);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });

  it('goes on as if its state had never been packed, wherever the rows are cut', () => {
    const points = counted(together(300), [150]);
    const whole = readingsOf(points);
    for (const cut of [1, 149, 150, 151, 299]) {
      const { state } = observeSeries(SERIES, startSeries(SERIES), points.slice(0, cut));
      const unpacked = unpackState(SERIES, packState(SERIES, state));
      expect(unpacked).toBeDefined();
      const { readings } = observeSeries(SERIES, unpacked ?? startSeries(SERIES), points.slice(cut));
      expect(readings).toEqual(whole.slice(cut));
    }
  });

  it('keeps nothing more of series that are not counters', () => {
    const bytes = (counters: readonly number[]) => {
      const series = { ...SERIES, counters };
      return packState(series, startSeries(series)).length;
    };
    expect(bytes([0, 1]) - bytes([])).toBe(16);
    expect(bytes([])).toBe(packState(PLAIN, startSeries(PLAIN)).length);
  });
});
