import { describe, expect, it } from 'vitest';
import { availabilityOf } from '../../../../functions/core/report/availability.ts';
import type { Fault } from '../../../../functions/core/report/faults.ts';

const PERIOD = { sinceMs: 1_000, untilMs: 11_000 };
const fault = (component: string, beganAtMs: number, more: Partial<Fault> = {}): Fault => ({
  ...{ component, beganAtMs, detectedAtMs: beganAtMs, cause: 'memory', metric: 'memory' },
  ...{ severity: 'CRITICAL', end: 'HEALED', lastSeenAtMs: beganAtMs },
  ...{ operationIds: [], strategyIds: [], refusals: 0, ...more },
});
const downOf = (faults: readonly Fault[], component = 'web') =>
  availabilityOf({ ...PERIOD, components: ['web'] }, faults).components.find(
    (one) => one.component === component,
  );

describe('the availability of components', () => {
  it('is the share of the period without a fault, the longest down first, and its mean over all', () => {
    const faults = [
      fault('api', 2_000, { endedAtMs: 3_000 }),
      fault('web', 2_000, { endedAtMs: 7_000 }),
      fault('batch', 4_000, { endedAtMs: 5_000 }),
    ];
    const availability = availabilityOf({ ...PERIOD, components: ['web', 'api', 'idle'] }, faults);
    expect(availability.components).toEqual([
      { component: 'web', faults: 1, downMs: 5_000, uptime: 0.5, isUpperBound: false },
      { component: 'api', faults: 1, downMs: 1_000, uptime: 0.9, isUpperBound: false },
      { component: 'batch', faults: 1, downMs: 1_000, uptime: 0.9, isUpperBound: false },
      { component: 'idle', faults: 0, downMs: 0, uptime: 1, isUpperBound: false },
    ]);
    expect(availability.uptime).toBeCloseTo((0.5 + 0.9 + 0.9 + 1) / 4, 10);
    expect(availability.isUpperBound).toBe(false);
  });

  it('has components that were down equally long in the order of their names', () => {
    const order = (components: readonly string[]) =>
      availabilityOf({ ...PERIOD, components }, []).components.map(({ component }) => component);
    expect(order(['web', 'api', 'db'])).toEqual(['api', 'db', 'web']);
    expect(order(['db', 'web', 'api'])).toEqual(['api', 'db', 'web']);
  });

  it('is not known where there is no component', () => {
    expect(availabilityOf({ ...PERIOD, components: [] }, [])).toEqual({
      ...{ isUpperBound: false, components: [] },
    });
  });

  it('counts faults within the period only, and open ones until its end', () => {
    expect(downOf([fault('web', 0, { endedAtMs: 2_000 })])?.downMs).toBe(1_000);
    expect(downOf([fault('web', 9_000, { endedAtMs: 20_000 })])?.downMs).toBe(2_000);
    expect(downOf([fault('web', 9_000, { end: 'OPEN', endedAtMs: 9_500 })])?.downMs).toBe(2_000);
    expect(downOf([fault('web', 5_000, { lastSeenAtMs: 5_500, end: 'ENDED_UNKNOWN' })])?.downMs).toBe(500);
  });

  it('counts time once that several faults cover', () => {
    const faults = [
      fault('web', 4_000, { endedAtMs: 6_000 }),
      fault('web', 2_000, { endedAtMs: 5_000 }),
      fault('web', 2_500, { endedAtMs: 3_000 }),
      fault('web', 8_000, { endedAtMs: 9_000 }),
    ];
    expect(downOf(faults)).toMatchObject({ faults: 4, downMs: 5_000 });
  });

  it.each([
    ['ENDED_UNKNOWN', true],
    ['CONTAINED', true],
    ['HEALED', false],
    ['OPEN', false],
    ['RECOVERED_ALONE', false],
  ] as const)('with a fault that ended as %s may be an upper bound: %s', (end, isUpperBound) => {
    const availability = availabilityOf({ ...PERIOD, components: ['api'] }, [
      fault('web', 2_000, { end, endedAtMs: 3_000 }),
    ]);
    expect(availability.isUpperBound).toBe(isUpperBound);
    expect(availability.components.map((one) => one.isUpperBound)).toEqual([isUpperBound, false]);
  });
});
