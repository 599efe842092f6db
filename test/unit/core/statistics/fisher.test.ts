import { describe, expect, it } from 'vitest';
import { fisherLower, slope } from '../../../../functions/core/statistics/fisher.ts';

/** From SciPy 1.17.1: `fisher_exact([[a, n - a], [b, m - b]], alternative='less').pvalue`. */
const SCIPY: readonly (readonly [a: number, n: number, b: number, m: number, p: number])[] = [
  [4, 10, 18, 20, 0.007234844116403337],
  [0, 10, 10, 10, 5.412544112234515e-6],
  [10, 10, 5, 10, 1],
  [7, 10, 45, 50, 0.12030570907038789],
  [2, 10, 9, 10, 0.002738747320790664],
  [5, 10, 5, 10, 0.6718591006516703],
  [3, 10, 27, 30, 0.0005982064555918547],
  [0, 10, 0, 5, 1],
  [6, 10, 14, 15, 0.06403162055335967],
];

describe("Fisher's exact test", () => {
  it.each(SCIPY)('agrees with SciPy for %i in %i against %i in %i', (a, n, b, m, p) => {
    const result = fisherLower({ successes: a, trials: n }, { successes: b, trials: m });
    expect(Math.abs(result - p) / p).toBeLessThan(1e-9);
  });
});

describe('the slope of the last outcomes', () => {
  it('equals that of the least-squares line, as NumPy’s polyfit computes it', () => {
    expect(slope([1, 1, 0, 1, 1, 0, 0, 1, 0, 0])).toBeCloseTo(-0.09090909090909094, 12);
  });

  it('is the difference of two values', () => {
    expect(slope([1, 3])).toBe(2);
  });

  it('is 0 without a direction', () => {
    expect([slope([]), slope([1]), slope([1, 1, 1])]).toEqual([0, 0, 0]);
  });
});
