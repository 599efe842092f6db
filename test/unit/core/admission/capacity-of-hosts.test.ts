import { describe, expect, it } from 'vitest';
import { refusalOf, shop } from './capacity-shop.ts';

describe('a rolling repair', () => {
  const ids = Array.from({ length: 4 }, (_, index) => `i-${String(index).padStart(17, '0')}`);

  it('takes one batch away at a time', () => {
    const tight = (more = {}) =>
      shop({
        demand: 700,
        capacities: { 'pay-a': 400, 'pay-b': 400 },
        payA: { targets: { instanceIds: ids }, capacities: {}, dependsOn: [], ...more },
      });
    // A quarter of 400: 700 are still carried.
    expect(refusalOf(tight())).toBeUndefined();
    expect(refusalOf(tight({ maxConcurrentTargets: 2 }))).toMatchObject({
      detail: expect.stringContaining(
        '600 during the repair, which takes 50 % of `pay-a` out of service, limited by gateway → pay-a (200), gateway → pay-b (400)',
      ),
    });
  });
});

describe('a repair of the hosts that the alert names', () => {
  const ids = Array.from({ length: 4 }, (_, index) => `i-${String(index).padStart(17, '0')}`);

  it('takes only those hosts away', () => {
    const configuration = shop({
      demand: 700,
      capacities: { 'pay-a': 400, 'pay-b': 400 },
      payA: { targets: { instanceIds: ids }, maxConcurrentTargets: 4, capacities: {}, dependsOn: [] },
    });
    expect(refusalOf(configuration)).toMatchObject({ reason: 'CAPACITY_SHORT' });
    expect(refusalOf(configuration, {}, { targets: ids.slice(0, 1) })).toBeUndefined();
    expect(refusalOf(configuration, {}, { targets: ids.slice(0, 2) })).toMatchObject({
      reason: 'CAPACITY_SHORT',
    });
  });
});
