import type { Anomaly } from '../configuration/schema/anomaly-schema.ts';
import { thresholdOptions } from '../configuration/threshold-levels.ts';
import type { Series } from '../detection/series.ts';
import { usualDirection, usualErrorType } from './metric-meaning.ts';
import type { WatchedSeries } from './watched-series.ts';

/** How an entry under `anomalies` or `monitors` wants its values judged. */
type Judged = Pick<
  Anomaly,
  | 'detector'
  | 'options'
  | 'threshold'
  | 'followChanges'
  | 'direction'
  | 'counter'
  | 'periodSeconds'
  | 'unit'
  | 'errorType'
  | 'tiers'
  | 'learningSeconds'
  | 'observationSeconds'
>;

const HOUR_SECONDS = 3_600;

/** What a watched series has in common, wherever its values come from. */
export function judgedAs(
  metric: string,
  entry: Judged,
): Pick<
  WatchedSeries,
  'series' | 'tiers' | 'observationMs' | 'unit' | 'errorType' | 'isThreshold' | 'followsChanges' | 'waits'
> {
  const { detector, counter, periodSeconds, unit, tiers } = entry;
  const isThreshold = detector === 'threshold';
  const series: Series = {
    detector,
    options: optionsOf(metric, entry),
    // Levels have a direction of their own.
    direction: isThreshold ? 'both' : (entry.direction ?? usualDirection(metric)),
    counter,
    periodSeconds,
    learningHours: isThreshold ? 0 : entry.learningSeconds / HOUR_SECONDS,
  };
  const errorType = entry.errorType ?? usualErrorType(metric);
  return {
    series,
    tiers,
    observationMs: isThreshold ? 0 : entry.observationSeconds * 1_000,
    ...(unit !== undefined && { unit }),
    ...(errorType !== undefined && { errorType }),
    ...((entry.followChanges ?? detector !== 'trend') && { followsChanges: true }),
    // What was before says nothing about what is.
    ...(isThreshold && { isThreshold, waits: { historySeconds: periodSeconds } }),
  };
}

/** The part of it that makes a baseline meaningless if it changes. */
export function lasting(metric: string, entry: Judged): object {
  const { detector, counter, periodSeconds } = entry;
  return { detector, options: optionsOf(metric, entry), counter, periodSeconds };
}

function optionsOf(metric: string, entry: Judged): Anomaly['options'] {
  return entry.detector === 'threshold' ? { ...thresholdOptions(metric, entry) } : entry.options;
}
