import type { Detector } from './detector.ts';
import { momentsOf, noValues, type RecentValues, remember } from './recent-values.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';

export interface ZScoreOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
  /** How many of the newest values make the baseline. */
  readonly window: number;
}

/** The baseline needs this many samples before it judges. */
export const MINIMUM_SAMPLES = 100;

/** The standard deviation counts as at least this share of the mean: a constant series must be able to change a little. */
export const LEAST_DEVIATION = 0.001;

/**
 * Distance from the mean of the newest values, in standard deviations. It sees spikes. It cannot see a steady leak: on a
 * ramp, the newest value is never more than √3 deviations from the mean of its window.
 */
export const zScore: Detector<RecentValues, ZScoreOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY, window: 288 },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([3, 4, 5], sensitivity) }),
  start: ({ window }) => noValues(window),
  observe(recent, { value }) {
    const judged = recent.count >= MINIMUM_SAMPLES ? momentsOf(recent) : undefined;
    remember(recent, value);
    if (!judged) return { score: 0, expected: undefined };
    return { score: standardScore(value, judged), expected: judged.mean };
  },
};

/** How many deviations a value is from the mean. */
export function standardScore(
  value: number,
  { mean, deviation }: { mean: number; deviation: number },
): number {
  const least = LEAST_DEVIATION * Math.abs(mean);
  return Math.abs(value - mean) / Math.max(deviation, least, Number.MIN_VALUE);
}
