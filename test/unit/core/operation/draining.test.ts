import { describe, expect, it } from 'vitest';
import { withDraining } from '../../../../functions/core/operation/draining.ts';
import { healSteps } from '../../../../functions/core/operation/heal-steps.ts';
import { rollbackPlan } from '../../../../functions/core/operation/rollback-plan.ts';
import { configured } from '../../../factories/configuration.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const RESTART = { type: 'start_component', params: { mode: 'restart' } };

function planned(
  actions: readonly object[],
  rollback: object = {},
  declared: object = { targetGroup: GROUP },
) {
  const { strategies, components } = configured({
    components: { web: { tempPaths: ['/var/tmp/web'], ...declared } },
    strategies: [{ actions, rollback }],
  });
  const [strategy] = strategies;
  const { web: component } = components;
  if (!strategy || !component) throw new Error('not configured');
  return { strategy: { ...strategy, actions: withDraining(strategy.actions, component) }, component };
}

const typesOf = (...args: Parameters<typeof planned>) =>
  planned(...args).strategy.actions.map(({ type }) => type);

describe('the actions of a component that names its target group', () => {
  it('drain its hosts before the first action on them, and put them back after the last', () => {
    expect(
      typesOf([{ type: 'notify_soc' }, { type: 'graceful_stop' }, RESTART, { type: 'notify_architect' }]),
    ).toEqual([
      'notify_soc',
      'drain_target',
      'graceful_stop',
      'start_component',
      'restore_target',
      'notify_architect',
    ]);
  });

  it('stay as they are where no host is taken down, or the strategy drains by itself', () => {
    expect(typesOf([{ type: 'clear_temp_files' }])).toEqual(['clear_temp_files']);
    const own = [{ type: 'drain_target' }, RESTART, { type: 'restore_target' }];
    expect(typesOf(own)).toEqual(['drain_target', 'start_component', 'restore_target']);
  });

  it('stay as they are without a target group, and where the fault is contained', () => {
    expect(planned([RESTART], {}, {}).strategy.actions).toHaveLength(1);
    expect(typesOf([{ type: 'isolate_network' }])).toEqual(['isolate_network']);
  });
});

describe('the steps of a repair that drains', () => {
  const stepsOf = (batches?: readonly (readonly string[])[]) =>
    healSteps(planned([RESTART]).strategy, batches ? { layout: { batches, skipped: {} } } : {});

  it('check each batch before its hosts are put back, even if there is only one', () => {
    expect(stepsOf().map(({ stepId, action }) => `${stepId} ${action.type}`)).toEqual([
      'heal-0 drain_target',
      'heal-1 start_component',
      'heal-2 verify_health',
      'heal-3 restore_target',
    ]);
  });

  it('put back what was drained in the same batch', () => {
    const steps = stepsOf([['a'], ['b']]).filter(({ undoes }) => undoes);
    expect(steps.map(({ stepId, undoes, batch }) => [stepId, undoes, batch])).toEqual([
      ['heal-3', 'heal-0', 0],
      ['heal-7', 'heal-4', 1],
    ]);
    expect(stepsOf([['a'], ['b']]).filter(({ opensBatch }) => opensBatch)).toMatchObject([
      { stepId: 'heal-0' },
      { stepId: 'heal-4' },
    ]);
  });
});

describe('the undo of a repair that drains', () => {
  const undone = (
    outcomes: readonly ('SUCCEEDED' | 'FAILED')[],
    rollback: object = {},
    actions: readonly object[] = [RESTART],
  ) => {
    const of = planned(actions, rollback);
    const all = healSteps(of.strategy, {});
    const steps = outcomes.map((outcome, index) => ({
      operationId: 'operation',
      stepId: all[index]?.stepId ?? 'heal-0',
      component: 'web',
      action: all[index]?.action.type ?? '',
      onError: 'abort' as const,
      startedAtMs: index,
      targets: ['i-0123456789abcdef0'],
      outcome,
    }));
    return rollbackPlan({ ...of, operation: {}, steps, pending: undefined }).map(
      ({ action, undoes }) => `${action.type}${undoes ? ` of ${undoes}` : ''}`,
    );
  };

  it('puts hosts back at the very end, whatever onError says', () => {
    expect(undone(['SUCCEEDED', 'FAILED'], { actions: [RESTART] })).toEqual([
      'start_component',
      'restore_target of heal-0',
    ]);
    const rolledBack = [{ type: 'graceful_stop' }, { ...RESTART, onError: 'rollback' }];
    expect(undone(['SUCCEEDED', 'SUCCEEDED', 'FAILED'], {}, rolledBack)).toEqual([
      'start_component',
      'restore_target of heal-0',
    ]);
  });

  it('does so once, if the strategy says it, too', () => {
    expect(undone(['SUCCEEDED', 'FAILED'], { actions: [{ type: 'restore_target' }] })).toEqual([
      'restore_target of heal-0',
    ]);
  });

  it('has nothing to put back once that is done, nor before anything was drained', () => {
    expect(undone(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'])).toEqual([]);
    expect(undone([])).toEqual([]);
  });

  it('puts nothing back that is to stay isolated', () => {
    const isolating = [{ type: 'drain_target' }, { type: 'isolate_network' }];
    expect(undone(['SUCCEEDED', 'FAILED'], { onFailure: 'maintain_isolation' }, isolating)).toEqual([]);
  });
});
