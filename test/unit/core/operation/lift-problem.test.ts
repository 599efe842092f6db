import { describe, expect, it } from 'vitest';
import type { Isolation } from '../../../../functions/core/operation/isolations.ts';
import { liftProblem } from '../../../../functions/core/operation/lift-problem.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { configured, NODE } from '../../../factories/configuration.ts';

const OTHER = 'i-0123456789abcdef9';
const RECORD: StepRecord = {
  ...{ operationId: 'op', stepId: 'heal-0', component: 'web', action: 'isolate_network' },
  ...{ onError: 'continue', startedAtMs: 0, targets: [NODE], outcome: 'SUCCEEDED' },
};
const CHANGE = { before: '{}', intended: '{}' };
const byAgent: Isolation = { record: RECORD, byGroups: false };
const byGroups: Isolation = { record: { ...RECORD, change: CHANGE }, byGroups: true };

const lift = (by: string, more: object = {}) => ({
  ...{ id: 'lift-isolation', trigger: { metrics: ['isolation_limit'] } },
  actions: [{ type: 'restore_network', params: { by } }],
  ...more,
});

function problem(
  strategies: readonly Readonly<Record<string, unknown>>[],
  isolations: readonly Isolation[],
  {
    component = 'web',
    targets = [NODE] as readonly string[],
    selector = { instanceIds: [NODE] } as object,
  } = {},
) {
  const configuration = configured({ components: { web: { targets: selector } }, strategies });
  return liftProblem(configuration, { component, targets }, isolations);
}

describe('what keeps an isolation from being lifted', () => {
  it('is nothing where the strategy undoes it in the way in which it was made', () => {
    expect(problem([lift('agent')], [byAgent])).toBeUndefined();
    expect(problem([lift('security_groups')], [byGroups])).toBeUndefined();
    expect(problem([lift('agent', { components: ['web'] })], [byAgent])).toBeUndefined();
  });

  it('is a component that is no longer configured', () => {
    expect(problem([lift('agent')], [byAgent], { component: 'api' })).toBe(
      'api is no longer a component in selfheal.yaml',
    );
  });

  it.each([
    ['there is none', { id: 'lift' }],
    ['it is for others only', { components: ['api'] }],
  ])('is a missing strategy: %s', (_, more) => {
    expect(problem([lift('agent', more)], [byAgent])).toBe(
      'selfheal.yaml no longer has a strategy lift-isolation for web',
    );
  });

  it('is a way back that the strategy no longer has', () => {
    expect(problem([lift('security_groups')], [byAgent])).toBe(
      'lift-isolation no longer has a `restore_network` with `by: agent`',
    );
    expect(problem([lift('agent')], [byGroups])).toBe(
      'lift-isolation no longer has a `restore_network` with `by: security_groups`',
    );
    expect(problem([lift('agent')], [byAgent, byGroups])).toContain('by: security_groups');
  });

  it('is no way back that is not needed: nothing was changed, or may not have been', () => {
    const unchanged: Isolation = { record: RECORD, byGroups: true };
    expect(problem([lift('agent')], [unchanged])).toBeUndefined();
    const failed: Isolation = { ...byGroups, record: { ...byGroups.record, outcome: 'FAILED' } };
    expect(problem([lift('agent')], [failed])).toBeUndefined();
  });

  it('is hosts that are no longer targets of the component, where it names its hosts', () => {
    expect(problem([lift('agent')], [byAgent], { targets: [NODE, OTHER] })).toBe(
      `${OTHER}: in selfheal.yaml, no longer a target of web`,
    );
    const tags = { tags: { role: 'web' } };
    expect(problem([lift('agent')], [byAgent], { targets: [NODE, OTHER], selector: tags })).toBeUndefined();
  });
});
