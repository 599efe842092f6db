import { describe, expect, it } from 'vitest';
import { actionsOn } from '../../../../functions/core/operation/strategy-actions.ts';
import { configured } from '../../../factories/configuration.ts';

function stepsOn(targets: object, actions: readonly object[]) {
  const { strategies, components } = configured({
    settings: { repairTimeoutSeconds: 7_200 },
    components: {
      web: {
        ...{ targets, service: undefined, alarms: undefined, signals: ['memory'] },
        health: { url: 'https://orders.example.com/' },
      },
    },
    strategies: [{ actions }],
  });
  const [strategy] = strategies;
  const { web: component } = components;
  if (!strategy || !component) throw new Error('not configured');
  return actionsOn(strategy.actions, component).map(({ type, params }) => [type, params['phase']]);
}

const CLUSTER = { dbCluster: 'shop' };
const restore = (params: object = {}) => ({ type: 'restore_snapshot', params, timeoutSeconds: 1_800 });

describe('the actions of a strategy on a cluster', () => {
  it('add an instance after a restore, with the same time-out and parameters', () => {
    expect(stepsOn(CLUSTER, [restore({ keep: true }), { type: 'notify_architect' }])).toEqual([
      ['restore_snapshot', 'do'],
      ['restore_snapshot', 'instance'],
      ['notify_architect', undefined],
    ]);
  });

  it('add no second instance where the strategy names that step itself', () => {
    expect(stepsOn(CLUSTER, [restore(), restore({ phase: 'instance' })])).toHaveLength(2);
  });

  it('stay as they are where nothing is restored, and on an instance', () => {
    expect(stepsOn(CLUSTER, [{ type: 'snapshot_database', timeoutSeconds: 600 }])).toHaveLength(1);
    expect(stepsOn({ dbInstance: 'orders' }, [restore()])).toEqual([['restore_snapshot', 'do']]);
  });
});
