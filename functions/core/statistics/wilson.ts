/** A share with its 95 % confidence interval. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The standard normal deviate of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/**
 * The share of successes with Wilson's score interval: it stays within 0 and 1, and is honest about few trials.
 * Counts may be fractions, such as weighted ones.
 *
 * @returns `undefined` without trials
 */
export function wilson(successes: number, trials: number): Rate | undefined {
  if (!(trials > 0)) return undefined;
  const value = successes / trials;
  const spread = 1 + (Z * Z) / trials;
  const centre = (value + (Z * Z) / (2 * trials)) / spread;
  const margin = (Z / spread) * Math.sqrt((value * (1 - value)) / trials + (Z * Z) / (4 * trials * trials));
  // Rounding must not put an end on the wrong side of the share: without successes, the lower end is 0.
  const low = Math.min(value, Math.max(0, centre - margin));
  return { value, low, high: Math.max(value, Math.min(1, centre + margin)) };
}
