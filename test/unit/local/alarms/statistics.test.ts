import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeStatistic, isLowSampleCount, type Sample } from '../../../../local/alarms/statistics.ts';

const raw = (...values: number[]): Sample[] => values.map((value) => ({ kind: 'value', value, count: 1 }));
const value = fc.double({ min: 0, max: 1e6, noNaN: true });
const samples = fc.array(
  fc.record({ kind: fc.constant('value' as const), value, count: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 30 },
);
const set = (sampleCount: number, minimum: number, maximum: number): Sample => ({
  ...{ kind: 'set', sampleCount, sum: (sampleCount * (minimum + maximum)) / 2, minimum, maximum },
});

describe('statistics of a period', () => {
  it.each([
    ['SampleCount', 7],
    ['Sum', 34],
    ['Average', 34 / 7],
    ['Minimum', 1],
    ['Maximum', 9],
  ])('%s counts values, weighted values and statistic sets together', (statistic, expected) => {
    const mixed: Sample[] = [...raw(1), { kind: 'value', value: 3, count: 3 }, set(3, 7, 9)];
    expect(computeStatistic(mixed, statistic)).toBeCloseTo(expected);
  });

  it('has no value without samples', () => {
    expect(computeStatistic([], 'Sum')).toBeUndefined();
  });

  it('refuses statistics it does not have', () => {
    expect(() => computeStatistic(raw(1), 'tm90')).toThrow(RangeError);
  });

  it.each([
    ['p0', 1],
    ['p50', 3],
    ['p90', 4.6],
    ['p100', 5],
  ])('%s interpolates between the closest ranks', (statistic, expected) => {
    expect(computeStatistic(raw(5, 1, 4, 2, 3), statistic)).toBeCloseTo(expected);
  });

  it('has no percentile of negative values', () => {
    expect(computeStatistic(raw(-1, 5), 'p50')).toBeUndefined();
  });

  it('has percentiles of statistic sets only if they hold one sample or equal ones', () => {
    expect(computeStatistic([set(1, 4, 4), set(5, 6, 6)], 'p100')).toBe(6);
    expect(computeStatistic([set(5, 4, 6)], 'p50')).toBeUndefined();
  });

  it('keeps percentiles between the minimum and the maximum, and in order', () => {
    fc.assert(
      fc.property(samples, fc.nat(100), fc.nat(100), (each, a, b) => {
        const [low = 0, high = 0] = [Math.min(a, b), Math.max(a, b)].map((p) =>
          computeStatistic(each, `p${p}`),
        );
        expect(low).toBeGreaterThanOrEqual(computeStatistic(each, 'Minimum') ?? Number.NaN);
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(computeStatistic(each, 'Maximum') ?? Number.NaN);
      }),
    );
  });

  it('does not depend on the order in which data arrives', () => {
    const statistic = fc.constantFrom('SampleCount', 'Minimum', 'Maximum', 'p50', 'p99.9');
    fc.assert(
      fc.property(samples, statistic, (each, name) => {
        expect(computeStatistic([...each].reverse(), name)).toBe(computeStatistic(each, name));
      }),
    );
  });

  it('treats a value with a count as that many values', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom('SampleCount', 'p25', 'p95'), (each, name) => {
        const spread = each.flatMap((sample) => raw(...Array<number>(sample.count).fill(sample.value)));
        expect(computeStatistic(each, name)).toBe(computeStatistic(spread, name));
      }),
    );
  });
});

describe('low sample counts', () => {
  it.each([
    [99, 1000],
    [50, 20],
    [90, 100],
    [10, 100],
  ])('p%d needs %d samples', (percent, needed) => {
    expect(isLowSampleCount(percent, needed - 1)).toBe(true);
    expect(isLowSampleCount(percent, needed)).toBe(false);
  });
});
