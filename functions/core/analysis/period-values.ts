import type { Point } from '../detection/detector.ts';

/** Of the values in each period, one data point at its beginning. @param statistic as CloudWatch names it */
export function periodValues(
  samples: readonly Point[],
  periodSeconds: number,
  statistic: string,
): readonly Point[] {
  const periodMs = periodSeconds * 1_000;
  const byPeriod = Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / periodMs) * periodMs);
  return [...byPeriod]
    .map(([atMs, own]) => ({
      atMs,
      value: combined(
        own.map(({ value }) => value),
        statistic,
      ),
    }))
    .sort((a, b) => a.atMs - b.atMs);
}

function combined(values: readonly number[], statistic: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'SampleCount':
      return values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    case 'Average':
      return sum / values.length;
    default:
      return percentile(values, Number(statistic.slice(1)) / 100);
  }
}

/** The nearest rank: a value that was measured. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
