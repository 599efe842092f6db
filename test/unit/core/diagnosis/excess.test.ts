import { describe, expect, it } from 'vitest';
import { baselineAt, excessOf, usualOf } from '../../../../functions/core/diagnosis/excess.ts';

const samples = (...values: readonly (number | undefined)[]) =>
  values.map((value) => ({ requests: 100, ...(value !== undefined && { value }) }));

describe('the usual level', () => {
  it('is the median of what was measured', () => {
    expect(usualOf(samples(0.1, undefined, 0.1, 0.2, 0.1, 0.1))).toEqual({ level: 0.1, deviation: 0 });
  });

  it('stays unknown with fewer than five measurements', () => {
    expect(usualOf(samples(0.1, 0.1, 0.1, 0.1, undefined))).toBeUndefined();
  });

  it('rises to what was measured just before the onset, if that was worse', () => {
    const usual = { level: 0.1, deviation: 0.01 };
    expect(baselineAt(usual, samples(0.5))).toEqual({ level: 0.5, deviation: 0.01 });
    expect(baselineAt(usual, samples(0.05))).toEqual(usual);
    expect(baselineAt(usual, samples(undefined))).toEqual(usual);
  });
});

describe('the excess of a period', () => {
  const usual = { level: 0.1, deviation: 0.01 };

  it('counts, for latency, the waiting of all requests beyond noise, in seconds', () => {
    expect(excessOf('latency', { requests: 100, value: 0.3 }, usual)).toBeCloseTo(100 * 0.2 - 100 * 0.01);
  });

  it('counts 5 % of a steady latency as noise', () => {
    const steady = { level: 0.1, deviation: 0 };
    expect(excessOf('latency', { requests: 100, value: 0.104 }, steady)).toBe(0);
    expect(excessOf('latency', { requests: 100, value: 0.106 }, steady)).toBeCloseTo(0.1);
  });

  it('counts, for failures, the failed requests beyond what chance would bring', () => {
    const usually = { level: 0.01, deviation: 0 };
    // Of 100 requests, one fails usually; the binomial deviation is 0.995.
    expect(excessOf('failures', { requests: 100, value: 0.11 }, usually)).toBeCloseTo(
      10 - Math.hypot(Math.sqrt(0.99), 0.3),
    );
  });

  it('counts what usually varies as noise, as many times as it is set to', () => {
    const settings = { deviations: 2, latencyFloor: 0.05, failureFloor: 0.3 };
    const sample = { requests: 100, value: 0.3 };
    expect(excessOf('latency', sample, usual, settings)).toBeCloseTo(100 * 0.2 - 2 * 100 * 0.01);
    expect(excessOf('failures', sample, usual, settings)).toBeCloseTo(20 - Math.hypot(3, 2, 0.3));
  });

  it.each([
    ['better than usual', { requests: 100, value: 0.05 }],
    ['not measured', { requests: 100 }],
    ['without requests', { requests: 0, value: 5 }],
  ])('is zero when the period is %s', (_, sample) => {
    expect(excessOf('latency', sample, usual)).toBe(0);
    expect(excessOf('failures', sample, usual)).toBe(0);
  });

  it('stays finite for a component that always fails', () => {
    expect(excessOf('failures', { requests: 10, value: 1 }, { level: 1, deviation: 0 })).toBe(0);
  });
});
