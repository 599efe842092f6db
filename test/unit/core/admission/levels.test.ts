import { describe, expect, it } from 'vitest';
import { levelsOf } from '../../../../functions/core/admission/levels.ts';
import {
  EMPTY_FLEET,
  type FleetRecord,
  newComponentRecord,
} from '../../../../functions/core/admission/records.ts';
import { configured } from '../../../factories/configuration.ts';

const NOW = 10_000_000;
const HOUR_MS = 3_600_000;
const CONFIGURATION = configured({
  groups: { web: { maxInFlight: 2, minHealthy: 0 }, idle: { maxInFlight: 1, minHealthy: 0 } },
  components: { a: { group: 'web' }, b: { group: 'web' }, c: { group: 'idle' } },
  strategies: [{ id: 'restart', maxAttempts: 4, attemptWindowSeconds: 3_600 }],
});

function levels(fleet: Partial<FleetRecord>, attemptsMs?: readonly number[]) {
  const whole = { ...EMPTY_FLEET, ...fleet };
  const component = { ...newComponentRecord('a'), attemptsMs: { restart: attemptsMs ?? [] } };
  const red = attemptsMs ? [{ component, fleet: whole }] : [];
  return levelsOf(CONFIGURATION, whole, red, NOW);
}
const figures = (...args: Parameters<typeof levels>) =>
  levels(...args).map(({ name, value }) => `${name} ${value}`);

describe('the levels of a fleet', () => {
  it('are none while nothing is unhealthy, in flight or red, so that an idle fleet pays for no metric', () => {
    expect(levels({})).toEqual([]);
  });

  it('count what is unhealthy, in flight, and waiting', () => {
    const queue = { next: [], length: 3, validUntilMs: NOW + 1 };
    expect(figures({ unhealthy: ['c', 'd'], queue })).toEqual([
      'ComponentsUnhealthy 2',
      'RepairsInFlight 0',
      'RepairsWaiting 3',
    ]);
  });

  it('are known of a fleet that only repairs', () => {
    expect(levels({ inFlight: ['c'] }).slice(0, 3)).toEqual([
      { name: 'ComponentsUnhealthy', unit: 'Count', value: 0, dimensions: {} },
      { name: 'RepairsInFlight', unit: 'Count', value: 1, dimensions: {} },
      { name: 'RepairsWaiting', unit: 'Count', value: 0, dimensions: {} },
    ]);
  });

  it('leave out a queue that is no longer valid', () => {
    const queue = { next: [], length: 3, validUntilMs: NOW };
    expect(figures({ unhealthy: ['c'], queue })).toContain('RepairsWaiting 0');
  });

  it('show a group that repairs as a share of its budget, and no idle one', () => {
    expect(levels({ inFlight: ['a'], unhealthy: ['a'] }).slice(3)).toEqual([
      { name: 'GroupBudgetUsed', unit: 'Percent', value: 50, dimensions: { group: 'web' } },
    ]);
  });

  it('show the attempts of a red component that still count, as a share of those it has', () => {
    expect(levels({}, [NOW - HOUR_MS, NOW - HOUR_MS + 1, NOW - 2, NOW - 1]).slice(3)).toEqual([
      {
        name: 'AttemptsUsed',
        unit: 'Percent',
        value: 75,
        dimensions: { component: 'a', strategy: 'restart' },
      },
    ]);
    expect(levels({}, [NOW - HOUR_MS]).slice(3)).toEqual([]);
  });
});
