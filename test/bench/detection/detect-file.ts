import { type AlarmMemory, judge, noAlarms } from '../../../functions/core/detection/alarm.ts';
import type { Bars, Detector, Point } from '../../../functions/core/detection/detector.ts';
import { observeSeries, type Reading } from '../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../functions/core/detection/series.ts';

export interface Detected {
  readonly scores: readonly number[];
  /** Rows that begin or repeat an anomaly. */
  readonly alarmRows: readonly number[];
  /** Rows in which an anomaly reaches the tier that pages. */
  readonly pagingRows: readonly number[];
}

export type SeriesSettings = Omit<Series, 'periodSeconds'>;

/** What a series' detector makes of points that come one after another: no row knows of those behind it. */
export function detect(settings: SeriesSettings, points: readonly Point[], periodSeconds: number): Detected {
  const series: Series = { ...settings, periodSeconds };
  const { readings } = observeSeries(series, startSeries(series), points);
  const rowsOf = (isOne: (reading: Reading) => boolean) =>
    readings.flatMap((reading, row) => (isOne(reading) ? [row] : []));
  return {
    scores: readings.map(({ score }) => score),
    alarmRows: rowsOf(({ event }) => event === 'BEGAN' || event === 'AGAIN'),
    pagingRows: rowsOf(({ event, tier }) => tier === 'CRITICAL' && event !== undefined && event !== 'ENDED'),
  };
}

/** The alarms of scores under other bars than the detector's own; `undefined` for rows without score. */
export function alarmRowsOf(
  scores: readonly (number | undefined)[],
  bars: Bars,
  isMuted: (row: number) => boolean,
): readonly number[] {
  const memory: AlarmMemory = noAlarms();
  return scores.flatMap((score, row) => {
    if (score === undefined) return [];
    const { event } = judge(memory, score, bars, isMuted(row));
    return event === 'BEGAN' || event === 'AGAIN' ? [row] : [];
  });
}

/** Scores of a detector alone, for variants that are in no registry. */
export function scoresOf(
  detector: Detector,
  points: readonly Point[],
  periodSeconds: number,
): readonly (number | undefined)[] {
  const memory = detector.start(detector.defaults);
  const periodMs = periodSeconds * 1_000;
  return points.map(({ atMs, value }) =>
    Number.isFinite(value)
      ? detector.observe(memory, { atMs, value, periodMs }, detector.defaults).score
      : undefined,
  );
}
