import { describe, expect, it } from 'vitest';
import { groupRefusal, withInFlight, withoutMember } from '../../../functions/core/admission/budgets.ts';
import type { FleetRecord } from '../../../functions/core/admission/records.ts';
import { configured } from '../../factories/configuration.ts';
import { limitsWith } from '../../factories/operations/limits.ts';

/** Whether `web-1` may be healed, in a group of `size` members. */
function reasonOf(
  size: number,
  budget: Readonly<Record<string, number>>,
  fleet: Partial<FleetRecord> = {},
  alert: { readonly lifts?: string } = {},
) {
  const names = Array.from({ length: size }, (_, index) => `web-${index + 1}`);
  const configuration = configured({
    groups: { web: budget },
    components: Object.fromEntries(names.map((name) => [name, { group: 'web' }])),
  });
  return groupRefusal({ component: 'web-1', ...alert }, configuration, limitsWith({}, fleet).fleet)?.reason;
}

it('of a set of names, only the one that leaves it is left out', () => {
  expect(withoutMember(['api', 'db', 'web'], 'db')).toEqual(['api', 'web']);
  expect(withoutMember(['api', 'web'], 'db')).toEqual(['api', 'web']);
});

describe('a group’s budgets', () => {
  it('let maxInFlight be in flight, and no more', () => {
    expect(reasonOf(3, { maxInFlight: 2 }, { inFlight: ['web-2'] })).toBeUndefined();
    expect(reasonOf(3, { maxInFlight: 2 }, { inFlight: ['web-2', 'web-3'] })).toBe('GROUP_BUSY');
  });

  it('count a component that is unhealthy, in flight or about to be healed as not healthy', () => {
    const budget = { maxInFlight: 3, minHealthy: 1 };
    expect(reasonOf(3, budget)).toBeUndefined();
    expect(reasonOf(3, budget, { unhealthy: ['web-1', 'web-2'] })).toBeUndefined();
    expect(reasonOf(3, budget, { unhealthy: ['web-2', 'web-3'] })).toBe('GROUP_UNHEALTHY');
    expect(reasonOf(3, budget, { unhealthy: ['web-2'], inFlight: ['web-3'] })).toBe('GROUP_UNHEALTHY');
    expect(reasonOf(3, budget, { unhealthy: ['web-2'], inFlight: ['web-2'] })).toBeUndefined();
  });

  it('let an isolation be lifted that leaves too few healthy, but not beyond maxInFlight', () => {
    const fleet = { unhealthy: ['web-1', 'web-2'] };
    const budget = { maxInFlight: 1, minHealthy: 2 };
    expect(reasonOf(3, budget, fleet)).toBe('GROUP_UNHEALTHY');
    expect(reasonOf(3, budget, fleet, { lifts: 'an-operation' })).toBeUndefined();
    expect(reasonOf(3, budget, { inFlight: ['web-2'] }, { lifts: 'an-operation' })).toBe('GROUP_BUSY');
  });

  it('do not count components that are not members', () => {
    const others = ['gone-1', 'other-2', 'other-3'];
    expect(reasonOf(2, { minHealthy: 1 }, { unhealthy: others, inFlight: others })).toBeUndefined();
  });

  it('count a component that joined the group while in flight', () => {
    // `web-2` was admitted as a member of another group, and a deployment has moved it.
    expect(reasonOf(2, { maxInFlight: 1 }, { inFlight: ['web-2'] })).toBe('GROUP_BUSY');
    expect(reasonOf(2, { maxInFlight: 2, minHealthy: 1 }, { inFlight: ['web-2'] })).toBe('GROUP_UNHEALTHY');
  });

  it('do not bind a component that is no longer configured', () => {
    expect(groupRefusal({ component: 'gone' }, configured(), limitsWith({}).fleet)).toBeUndefined();
  });

  it('let a group of one be healed, whatever it is to keep healthy', () => {
    expect(reasonOf(1, { minHealthy: 1 })).toBeUndefined();
    expect(reasonOf(2, { minHealthy: 2 })).toBe('GROUP_UNHEALTHY');
  });
});

describe('the fleet’s record', () => {
  it('keeps who is in flight and unhealthy sorted and once, so that equal sets are equal', () => {
    const { fleet } = limitsWith({}, { inFlight: ['b', 'd'], unhealthy: ['c', 'd'] });
    expect(withInFlight(fleet, 'c')).toMatchObject({ inFlight: ['b', 'c', 'd'], unhealthy: ['c', 'd'] });
    expect(withInFlight(fleet, 'a')).toMatchObject({ inFlight: ['a', 'b', 'd'] });
  });
});
