import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, robustly } from '../../../../functions/core/diagnosis/robust-statistics.ts';

/** Without -0, which sorts as 0 does and is another value to a test. */
const value = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
  .map((number) => number + 0);
const values = fc.array(value, { minLength: 1 });

function sortedMedian(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

describe('robust statistics', () => {
  it('select the median that sorting would find', () => {
    fc.assert(
      fc.property(values, (list) => {
        expect(median(list)).toBe(sortedMedian(list));
      }),
    );
  });

  it('leave the values in their order', () => {
    const list = [3, 1, 2];
    median(list);
    robustly(list);
    expect(list).toEqual([3, 1, 2]);
  });

  it('give the spread of a normal distribution as its standard deviation', () => {
    // Quantiles of the standard normal distribution at 1/8, 2/8, … 7/8.
    const quantiles = [-1.15035, -0.67449, -0.31864, 0, 0.31864, 0.67449, 1.15035];
    expect(robustly(quantiles)).toEqual({ median: 0, deviation: expect.closeTo(1, 4) });
  });

  it('hardly notice an outlier', () => {
    expect(robustly([1, 2, 3, 4, 1_000_000])).toEqual({ median: 3, deviation: expect.closeTo(1.4826) });
  });
});
