import { describe, expect, it } from 'vitest';
import { planIdOf, planOf } from '../../../../functions/core/operation/operation-plan.ts';
import { configured } from '../../../factories/configuration.ts';

const { strategies, components } = configured({ components: { web: {}, api: {} } });
const [strategy] = strategies;
const { web, api } = components;
if (!strategy || !web || !api) throw new Error('not configured');

describe('the id of a plan', () => {
  it('is the same for the same strategy and component, and 32 hexadecimal digits long', () => {
    const id = planIdOf(planOf(strategy, web));
    expect(id).toMatch(/^[\da-f]{32}$/);
    expect(planIdOf(planOf(structuredClone(strategy), structuredClone(web)))).toBe(id);
  });

  it('differs with what is done, and with the component, but not with its alarms', () => {
    const id = planIdOf(planOf(strategy, web));
    expect(planIdOf(planOf({ ...strategy, id: 'other' }, web))).not.toBe(id);
    expect(planIdOf(planOf(strategy, { ...web, maxConcurrentTargets: 7 }))).not.toBe(id);
    expect(planIdOf(planOf(strategy, { ...web, alarms: {} }))).toBe(id);
  });
});
