import type { SeasonalTuning } from './seasonal-tuning.ts';

/**
 * How rare a residual is, learned from those before it: a quantile that is tracked step by step, and the mean excess above
 * it. Beyond the quantile the tail counts as exponential, so that a score is −ln of a probability. A fixed multiple of the
 * standard deviation is wrong by orders of magnitude on the heavy tails of real metrics.
 */
export type Tail = {
  /** The tracked quantile of the residuals. */
  bound: number;
  /** Mean excess of those above it. */
  excess: number;
  exceeded: number;
};

const HIGHEST_SCORE = 60;
/** One monstrous value must not hide those that follow: an excess counts for at most this many mean excesses. */
const HIGHEST_EXCESS = 4;

export function newTail(): Tail {
  return { bound: 0, excess: 0, exceeded: 0 };
}

/**
 * @param row of the series, counted from 1
 * @param floor residuals up to here are never unusual
 */
export function scoreResidual(
  tail: Tail,
  residual: number,
  floor: number,
  row: number,
  { quantile, boundStep, scoredFrom, trackedFrom }: SeasonalTuning,
): number {
  const { bound, excess } = tail;
  const ordinary = Math.max(bound, floor);
  let score = 0;
  if (row > scoredFrom && residual > ordinary) {
    score = Math.min(HIGHEST_SCORE, (residual - ordinary) / excess - Math.log(1 - quantile));
  }
  if (row <= trackedFrom) {
    tail.bound = Math.max(bound, residual);
    tail.excess = 0.25 * tail.bound;
    return score;
  }
  const step = boundStep * Math.max(bound, excess);
  if (residual <= bound) {
    tail.bound = bound - (1 - quantile) * step;
    return score;
  }
  const counted = Math.min(residual - bound, HIGHEST_EXCESS * Math.max(excess, 0.25 * floor));
  tail.exceeded += 1;
  tail.excess = excess + Math.max(0.01, 1 / (tail.exceeded + 10)) * (counted - excess);
  tail.bound = bound + quantile * step;
  return score;
}
