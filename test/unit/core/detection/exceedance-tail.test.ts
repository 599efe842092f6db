import { describe, expect, it } from 'vitest';
import { newTail, scoreResidual } from '../../../../functions/core/detection/exceedance-tail.ts';
import { SEASONAL_TUNING } from '../../../../functions/core/detection/seasonal-tuning.ts';
import { noiseOf } from '../../../factories/noise.ts';

const tuning = { ...SEASONAL_TUNING, quantile: 0.99, scoredFrom: 10, trackedFrom: 20, boundStep: 0.1 };

describe('the tail of residuals', () => {
  it('scores nothing until it has seen enough', () => {
    expect(scoreResidual(newTail(), 1_000, 0, 10, tuning)).toBe(0);
  });

  it('scores −ln of the probability that follows from the bound and the mean excess', () => {
    const tail = { bound: 8, excess: 2, exceeded: 5 };
    expect(scoreResidual({ ...tail }, 8, 0, 30, tuning)).toBe(0);
    expect(scoreResidual({ ...tail }, 12, 0, 30, tuning)).toBeCloseTo(-Math.log(0.01) + 2, 10);
    expect(scoreResidual({ ...tail }, 12, 10, 30, tuning)).toBeCloseTo(-Math.log(0.01) + 1, 10);
  });

  it('takes the largest residual as its bound at first', () => {
    const tail = newTail();
    for (const residual of [3, 7, 5]) scoreResidual(tail, residual, 0, 5, tuning);
    expect(tail).toEqual({ bound: 7, excess: 1.75, exceeded: 0 });
  });

  it('moves its bound up by 99 steps for each step down', () => {
    const down = { bound: 8, excess: 2, exceeded: 0 };
    scoreResidual(down, 1, 0, 30, tuning);
    expect(down.bound).toBeCloseTo(8 - 0.01 * 0.8, 10);
    const up = { bound: 8, excess: 2, exceeded: 0 };
    scoreResidual(up, 10, 0, 30, tuning);
    expect(up.bound).toBeCloseTo(8 + 0.99 * 0.8, 10);
  });

  it('counts a monstrous excess as four mean excesses', () => {
    const tail = { bound: 8, excess: 2, exceeded: 0 };
    scoreResidual(tail, 1e9, 0, 30, tuning);
    expect(tail.excess).toBeCloseTo(2 + (8 - 2) / 11, 10);
  });

  it('learns the 99.3 % quantile and the mean excess of an exponential distribution', () => {
    const { uniform } = noiseOf(1);
    const tail = newTail();
    let bounds = 0;
    let excesses = 0;
    for (let row = 1; row <= 400_000; row++) {
      scoreResidual(tail, -Math.log(1 - uniform()), 0, row, SEASONAL_TUNING);
      if (row <= 200_000) continue;
      bounds += tail.bound / 200_000;
      excesses += tail.excess / 200_000;
    }
    expect(bounds).toBeCloseTo(-Math.log(0.007), 0);
    expect(excesses).toBeCloseTo(1, 0);
  });
});
