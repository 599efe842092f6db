import { describe, expect, it } from 'vitest';
import { withRates } from '../../../../functions/core/detection/counters.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { START_MS } from './points.ts';

const ONE: Series = { detector: 'z_score', counter: true, periodSeconds: 60, learningHours: 0 };
const JOINT: Series = {
  ...{ detector: 'joint', options: { dimensions: 3 }, counters: [0, 2] },
  ...{ periodSeconds: 60, learningHours: 0 },
};

/** The rates of the second of two points. */
function rates(series: Series, before: readonly number[], after: readonly number[], seconds = 60) {
  const state = startSeries(series);
  const pointOf = (values: readonly number[]) => ({
    ...{ atMs: START_MS, value: values[0] ?? 0 },
    ...(series.counters && { values }),
  });
  withRates(series, state, pointOf(before), Number.NaN);
  return withRates(series, state, pointOf(after), seconds * 1_000);
}

describe('a counter', () => {
  it('is turned into its growth per second', () => {
    expect(rates(ONE, [100], [160])).toEqual({ atMs: START_MS, value: 1 });
  });

  it('grows by nothing if it stays as it is', () => {
    expect(rates(ONE, [100], [100])).toEqual({ atMs: START_MS, value: 0 });
  });

  it('has nothing to be compared with once it was reset', () => {
    expect(rates(ONE, [100], [99])).toBeUndefined();
  });
});

describe('counters among values that are watched together', () => {
  it('are turned into their growth per second, and the others stay', () => {
    expect(rates(JOINT, [0, 7, 100], [120, 5, 100])).toEqual({
      atMs: START_MS,
      value: 2,
      values: [2, 5, 0],
    });
  });

  it.each([
    ['the first', [9, 0, 160]],
    ['the last', [160, 0, 9]],
  ])('have nothing to be compared with once one of them was reset: %s', (_, after) => {
    expect(rates(JOINT, [100, 0, 100], after)).toBeUndefined();
  });

  it('have nothing to be compared with after more than three periods', () => {
    expect(rates(JOINT, [0, 0, 0], [180, 0, 180], 180)?.values).toEqual([1, 0, 1]);
    expect(rates(JOINT, [0, 0, 0], [181, 0, 181], 181)).toBeUndefined();
  });
});
