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

  it('learns weekends by themselves', () => {
    const series: Series = { detector: 'trend', periodSeconds: 300 };
    const { points } = leakingService(noiseOf(9), { days: 24, periodSeconds: 300 });
    const idle = points.map((point) => {
      const isWeekend = [0, 6].includes(new Date(point.atMs).getUTCDay());
      return isWeekend ? { ...point, value: point.value - 60 } : point;
    });
    const { readings } = observeSeries(series, startSeries(series), idle);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });

  it('takes a single spike for no trend', () => {
    const series: Series = { detector: 'trend', periodSeconds: 300 };
    const { points } = leakingService(noiseOf(8), { days: 8, periodSeconds: 300 });
    const spiked = points.map((point, row) => (row === 2_200 ? { ...point, value: 5_000 } : point));
    const { readings } = observeSeries(series, startSeries(series), spiked);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });
});
