/** Durations in milliseconds, summarised. */
export interface Durations {
  readonly count: number;
  readonly meanMs: number;
  readonly medianMs: number;
  /** Nine of ten took at most this long (nearest rank). */
  readonly p90Ms: number;
}

/** @returns `undefined` without values */
export function summarised(values: readonly number[]): Durations | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  return {
    count: sorted.length,
    meanMs: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    medianMs: sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    p90Ms: at(Math.ceil(0.9 * sorted.length) - 1),
  };
}
