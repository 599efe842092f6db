import { describe, expect, it } from 'vitest';
import { observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { leakingService } from '../../../factories/leaking-service.ts';
import { noiseOf } from '../../../factories/noise.ts';

const HOUR_MS = 3_600_000;
const LEAK_AFTER_DAYS = 7.4;

/** Hours from the beginning of a leak to its alarm; `undefined` if there is none. */
function hoursToNotice(megabytesAnHour: number, seed: number, periodSeconds: number): number | undefined {
  const series: Series = { detector: 'trend', periodSeconds, direction: 'above' };
  const { points, leakAtMs } = leakingService(noiseOf(seed), {
    days: 9,
    periodSeconds,
    megabytesAnHour,
    leakAfterDays: LEAK_AFTER_DAYS,
  });
  const { readings } = observeSeries(series, startSeries(series), points);
  const alarm = readings.find(({ event }) => event === 'BEGAN');
  return alarm && (alarm.atMs - leakAtMs) / HOUR_MS;
}

describe('trend', () => {
  describe.each([300, 60])('in rows of %i seconds', (periodSeconds) => {
    it.each([
      [60, 35 / 60],
      [5, 6],
      [0.5, 24],
    ])('notices a leak of %d MB an hour within %d hours, and nothing before it', (leak, within) => {
      for (const seed of [1, 2, 3]) {
        const hours = hoursToNotice(leak, seed, periodSeconds);
        expect(hours).toBeGreaterThan(0);
        expect(hours).toBeLessThanOrEqual(within);
      }
    });

    it('has no false alarm in 30 days', () => {
      const series: Series = { detector: 'trend', periodSeconds };
      const { points } = leakingService(noiseOf(21), { days: 30, periodSeconds });
      const { readings } = observeSeries(series, startSeries(series), points);
      expect(readings.filter(({ event }) => event)).toEqual([]);
    });
  });

  it('learns weekends separately', () => {
    const series: Series = { detector: 'trend', periodSeconds: 300 };
    const { points } = leakingService(noiseOf(9), { days: 24, periodSeconds: 300 });
    const idle = points.map((point) => {
      const isWeekend = [0, 6].includes(new Date(point.atMs).getUTCDay());
      return isWeekend ? { ...point, value: point.value - 60 } : point;
    });
    const { readings } = observeSeries(series, startSeries(series), idle);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });

  describe('on noise in a slow wave', () => {
    const series: Series = { detector: 'trend', periodSeconds: 300, direction: 'above' };
    const GROWN_AT = 2_320;
    /** A wave of 1 % that takes 2.8 hours, and what it is multiplied by for some rows after eight days. */
    const eventsIn = (factor: number, rows: number) => {
      const { gaussian } = noiseOf(4);
      const points = Array.from({ length: GROWN_AT + 60 }, (_, row) => {
        const wave = 1 + 0.01 * Math.sin((2 * Math.PI * row) / 33.6) + 0.001 * gaussian();
        const isGrown = row >= GROWN_AT && row < GROWN_AT + rows;
        return { atMs: Date.UTC(2026, 0, 5) + row * 300_000, value: 100 * wave * (isGrown ? factor : 1) };
      });
      const { readings } = observeSeries(series, startSeries(series), points);
      return readings.flatMap(({ event, tier }, row) =>
        event ? [{ event, tier, rows: row - GROWN_AT }] : [],
      );
    };

    it.each([1.5, 10])('notices %d times the value within half an hour, at once as critical', (factor) => {
      const [first] = eventsIn(factor, 60);
      expect(first).toMatchObject({ event: 'BEGAN', tier: 'CRITICAL' });
      expect(first?.rows).toBeGreaterThanOrEqual(0);
      expect(first?.rows).toBeLessThan(6);
    });

    it('treats two rows of ten times the value as a spike', () => {
      expect(eventsIn(10, 2)).toEqual([]);
    });
  });

  it.each([
    ['reports no single value', [7], []],
    ['reports growth with its second value', [1, 2, 3, 4], ['1 BEGAN CRITICAL']],
  ])('follows a series that was always 0: %s', (_, values, events) => {
    const series: Series = { detector: 'trend', periodSeconds: 300 };
    const zeros = 8 * 288;
    const points = [...Array<number>(zeros).fill(0), ...values].map((value, row) => ({
      atMs: Date.UTC(2026, 0, 5) + row * 300_000,
      value,
    }));
    const { readings } = observeSeries(series, startSeries(series), points);
    expect(
      readings.flatMap(({ event, tier }, row) => (event ? [`${row - zeros} ${event} ${tier}`] : [])),
    ).toEqual(events);
  });

  describe('after eight days', () => {
    const DAYS_ROWS = 8 * 288;
    /** How unusual the last values are, after those of eight days. */
    const scoresAfter = (usual: (row: number) => number, ...values: readonly number[]) => {
      const series: Series = { detector: 'trend', periodSeconds: 300 };
      const all = [...Array.from({ length: DAYS_ROWS }, (_, row) => usual(row)), ...values];
      const points = all.map((value, row) => ({ atMs: Date.UTC(2026, 0, 5) + row * 300_000, value }));
      return observeSeries(series, startSeries(series), points).readings.slice(DAYS_ROWS);
    };
    /** What a row of five minutes adds to the average over a quarter of an hour. */
    const SHARE = 1 - Math.exp(-1 / 3);

    it('weighs what departs from a constant value by 0.2 % of it', () => {
      const [first] = scoresAfter(() => 100, 100.1);
      expect(first?.score).toBeCloseTo((SHARE * 0.1) / 0.2, 5);
    });

    it('counts a value four times as far as that at most, until they have lasted for a quarter of an hour', () => {
      const scores = scoresAfter(() => 100, 110, 110, 110, 110).map(({ score }) => score);
      expect(scores[0]).toBeCloseTo((SHARE * 4 * 0.2) / 0.2, 5);
      expect(scores.slice(1, 3).every((score) => score < 4)).toBe(true);
      expect(scores[3]).toBeCloseTo(10 / 0.8, 0);
    });

    it('weighs what departs from noise by how much the averages usually vary', () => {
      const scores = scoresAfter((row) => (row % 2 === 0 ? 99 : 101), 110, 110).map(({ score }) => score);
      expect(scores[0]).toBeCloseTo(6.58, 2);
      expect(scores[1]).toBeCloseTo(10.67, 2);
    });
  });

  it('expects what the half-hours of the days before have shown, in straight lines between their middles', () => {
    const series: Series = { detector: 'trend', periodSeconds: 300 };
    const points = Array.from({ length: 2 * 288 }, (_, row) => ({
      atMs: Date.UTC(2026, 0, 5) + row * 300_000,
      value: 10 * Math.floor((row % 288) / 6),
    }));
    const { readings } = observeSeries(series, startSeries(series), points);
    const expected = readings.slice(288 + 60, 288 + 66).map((reading) => reading.expected);
    for (const [row, value] of [95, 100 - 10 / 3, 100 - 5 / 3, 100, 100 + 5 / 3, 100 + 10 / 3].entries())
      expect(expected[row]).toBeCloseTo(value, 5);
    expect(readings.slice(0, 288).every(({ score }) => score === 0)).toBe(true);
  });

  it('does not mistake a single spike for a trend', () => {
    const series: Series = { detector: 'trend', periodSeconds: 300 };
    const { points } = leakingService(noiseOf(8), { days: 8, periodSeconds: 300 });
    const spiked = points.map((point, row) => (row === 2_200 ? { ...point, value: 5_000 } : point));
    const { readings } = observeSeries(series, startSeries(series), spiked);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });
});
