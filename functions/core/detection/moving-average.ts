import type { Detector } from './detector.ts';
import { momentsOf, noValues, type RecentValues, remember } from './recent-values.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';
import { MINIMUM_SAMPLES, standardScore } from './z-score.ts';

export interface MovingAverageOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
  /** How many of the newest values make the average. */
  readonly window: number;
}

export type MovingAverageMemory = {
  values: RecentValues;
  /** How far recent values were from the average before them. */
  residuals: RecentValues;
};

/** A day of five-minute rows: what is usual includes night and noon. */
const RESIDUALS = 288;

/**
 * Distance from the average of the newest values, in standard deviations of such distances. It follows rhythms that are slow
 * beside its window, and sees spikes and steps. A slow drift is followed too, and so not seen.
 */
export const movingAverage: Detector<MovingAverageMemory, MovingAverageOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY, window: 12 },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([3, 4, 5], sensitivity) }),
  start: ({ window }) => ({ values: noValues(window), residuals: noValues(RESIDUALS) }),
  observe({ values, residuals }, { value }) {
    const expected = values.count > 0 ? momentsOf(values).mean : undefined;
    remember(values, value);
    if (expected === undefined) return { score: 0, expected };
    const residual = value - expected;
    const usual = residuals.count >= MINIMUM_SAMPLES ? momentsOf(residuals) : undefined;
    remember(residuals, residual);
    if (!usual) return { score: 0, expected };
    return { score: standardScore(value, { mean: expected, deviation: usual.deviation }), expected };
  },
};
