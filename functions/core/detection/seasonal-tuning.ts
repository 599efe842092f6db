/**
 * The constants of the seasonal detector. One set serves every series; `npm run bench -- --only detection` varies them, to
 * tell what they owe to the data on which they were chosen. Rates are per row of five minutes.
 */
export interface SeasonalTuning {
  /** Of the mean, the spread and the radius of the shapes. */
  readonly memoryRate: number;
  readonly slowLevelRate: number;
  readonly fastLevelRate: number;
  /** How fast a half-hour's mean follows. */
  readonly slotRate: number;
  /** Smoothing of the deviation from the season, and its weight. */
  readonly seasonRate: number;
  readonly seasonWeight: number;
  /** Moving averages that make a shape, beside the value. */
  readonly shortRate: number;
  readonly longRate: number;
  /** A shape that is this many radii from all prototypes becomes one. */
  readonly novelty: number;
  /** Share of the residuals that a tail's bound lets pass, and by which share of itself the bound moves at most. */
  readonly quantile: number;
  readonly boundStep: number;
  /** Rows until residuals are scored, and until a bound is tracked instead of being the largest residual so far. */
  readonly scoredFrom: number;
  readonly trackedFrom: number;
}

export const SEASONAL_TUNING: SeasonalTuning = {
  memoryRate: 0.0004,
  slowLevelRate: 0.12,
  fastLevelRate: 0.3,
  slotRate: 0.15,
  seasonRate: 0.35,
  seasonWeight: 0.9,
  shortRate: 0.3,
  longRate: 0.1,
  novelty: 3.2,
  quantile: 0.993,
  boundStep: 0.01,
  scoredFrom: 80,
  trackedFrom: 150,
};

/** The tuning for rows that are a share of five minutes: everything takes the same time, in more rows. */
export function tuningAt(scale: number, tuning: SeasonalTuning): SeasonalTuning {
  if (scale === 1) return tuning;
  const rate = (perRow: number) => 1 - (1 - perRow) ** scale;
  return {
    ...tuning,
    memoryRate: rate(tuning.memoryRate),
    slowLevelRate: rate(tuning.slowLevelRate),
    fastLevelRate: rate(tuning.fastLevelRate),
    slotRate: rate(tuning.slotRate),
    seasonRate: rate(tuning.seasonRate),
    shortRate: rate(tuning.shortRate),
    longRate: rate(tuning.longRate),
    boundStep: tuning.boundStep * scale,
    scoredFrom: tuning.scoredFrom / scale,
    trackedFrom: tuning.trackedFrom / scale,
  };
}
