import type { Point } from '../../../../functions/core/detection/detector.ts';
import { observeSeries, type Reading } from '../../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';

export const START_MS = Date.UTC(2026, 10, 2);

/** Values at the pace of a series. */
export function pointsOf(values: readonly number[], periodSeconds = 300): readonly Point[] {
  return values.map((value, index) => ({ atMs: START_MS + index * periodSeconds * 1_000, value }));
}

/** What a new series makes of values. */
export function readingsOf(series: Series, values: readonly number[]): readonly Reading[] {
  return observeSeries(series, startSeries(series), pointsOf(values, series.periodSeconds)).readings;
}

/** The rows of events, as `120 BEGAN HIGH`. */
export function eventsOf(readings: readonly Reading[]): readonly string[] {
  return readings.flatMap(({ event, tier }, row) => (event ? [`${row} ${event} ${tier}`] : []));
}
