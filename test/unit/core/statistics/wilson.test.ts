import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../../../functions/core/statistics/wilson.ts';

/** From SciPy 1.17.1: `binomtest(k, n).proportion_ci(0.95, method='wilson')`. */
const SCIPY: readonly (readonly [successes: number, trials: number, low: number, high: number])[] = [
  [0, 1, 0, 0.7934506856227626],
  [1, 1, 0.20654931437723745, 1],
  [7, 8, 0.5291118177871464, 0.9775825085499433],
  [0, 10, 0, 0.27753279986288926],
  [10, 10, 0.7224672001371109, 1],
  [3, 17, 0.061911266376209945, 0.4102945856883412],
  [99, 100, 0.9455138038212946, 0.9982325679358593],
  [450, 1000, 0.41941538407429674, 0.48096729177425873],
];

describe("Wilson's interval", () => {
  it.each(SCIPY)('agrees with SciPy for %i in %i', (successes, trials, low, high) => {
    const rate = wilson(successes, trials);
    expect(rate?.value).toBe(successes / trials);
    expect(rate?.low).toBeCloseTo(low, 12);
    expect(rate?.high).toBeCloseTo(high, 12);
  });

  it('does not exist without trials', () => {
    expect(wilson(0, 0)).toBeUndefined();
  });

  it('contains the share, stays within 0 and 1, and narrows with more trials of the same share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (trials, some) => {
        const successes = Math.min(some, trials);
        const [few, many] = [wilson(successes, trials), wilson(successes * 4, trials * 4)];
        if (!few || !many) throw new Error('no interval');
        expect(few.low).toBeGreaterThanOrEqual(0);
        expect(few.low).toBeLessThanOrEqual(few.value);
        expect(few.high).toBeGreaterThanOrEqual(few.value);
        expect(few.high).toBeLessThanOrEqual(1);
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });
});
