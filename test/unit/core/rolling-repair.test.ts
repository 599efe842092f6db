import { describe, expect, it } from 'vitest';
import { tooFewHealthy } from '../../../functions/core/operation/gate.ts';
import { groupHealthWait, healSteps, maximumBatches } from '../../../functions/core/operation/heal-steps.ts';
import { layOutBatches, type TargetHealth } from '../../../functions/core/operation/layout.ts';
import { isStepId } from '../../../functions/core/operation/operation.ts';
import { configured } from '../../factories/configuration.ts';

const health = (...entries: readonly (readonly [string, TargetHealth])[]) => new Map(entries);
const candidates = (...ids: readonly string[]) => ids.map((instanceId) => ({ instanceId }));

describe('the layout of a repair', () => {
  it('has batches of the size given, and every target once', () => {
    expect(layOutBatches(candidates('c', 'a', 'b'), health(), 2)).toEqual({
      batches: [['a', 'b'], ['c']],
      skipped: {},
    });
  });

  it('has no batch that one command could not reach', () => {
    const many = Array.from({ length: 120 }, (_, index) => `i-${String(index).padStart(3, '0')}`);
    const { batches } = layOutBatches(candidates(...many), health(), 200);
    expect(batches.map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  it('repairs what was found unhealthy, and says why the others are skipped', () => {
    const found = health(['a', 'healthy'], ['b', 'unhealthy'], ['c', 'unknown']);
    const all = [...candidates('a', 'b', 'c'), { instanceId: 'd', unavailable: 'offline' as const }];
    expect(layOutBatches(all, found, 1)).toEqual({
      batches: [['b']],
      skipped: { a: 'healthy', c: 'not-looked-at', d: 'offline' },
    });
  });

  it('goes through all available targets if none was found unhealthy', () => {
    const found = health(['a', 'healthy'], ['b', 'unknown']);
    expect(layOutBatches(candidates('a', 'b'), found, 1).batches).toEqual([['a'], ['b']]);
  });
});

describe('the steps of a repair', () => {
  const strategyOf = (...types: readonly string[]) => {
    const actions = types.map((type) => ({ type }));
    const [strategy] = configured({ strategies: [{ actions }] }).strategies;
    if (!strategy) throw new Error('not configured');
    return strategy;
  };
  const stepsFor = (types: readonly string[], batches?: readonly (readonly string[])[]) =>
    healSteps(strategyOf(...types), batches ? { layout: { batches, skipped: {} } } : {}).map(
      ({ stepId, batch, action }) => `${stepId} ${batch} ${action.type}`,
    );

  it('consist of the actions, without a check, for one batch', () => {
    const steps = ['heal-0 0 graceful_stop', 'heal-1 0 start_component'];
    expect(stepsFor(['graceful_stop', 'start_component'])).toEqual(steps);
    expect(stepsFor(['graceful_stop', 'start_component'], [['a', 'b']])).toEqual(steps);
  });

  it('consist of all actions and a check for each of several batches, in order', () => {
    expect(stepsFor(['graceful_stop', 'start_component'], [['a'], ['b']])).toEqual([
      'heal-0 0 graceful_stop',
      'heal-1 0 start_component',
      'heal-2 0 verify_health',
      'heal-3 1 graceful_stop',
      'heal-4 1 start_component',
      'heal-5 1 verify_health',
    ]);
  });

  it('check each batch for as long as the strategy’s own verification would be waited for', () => {
    const verify = { settleSeconds: 10, stableSeconds: 5, timeoutSeconds: 60 };
    const stop = { type: 'graceful_stop' };
    const [strategy] = configured({ strategies: [{ actions: [stop], verify }] }).strategies;
    if (!strategy) throw new Error('not configured');
    const [, check] = healSteps(strategy, { layout: { batches: [['a'], ['b']], skipped: {} } });
    expect(check?.action).toEqual({
      ...{ type: 'verify_health', timeoutSeconds: 90, onError: 'abort' },
      params: { timeoutSeconds: 70, stableSeconds: 5 },
    });
    expect(groupHealthWait(strategy)).toEqual({ settleSeconds: 15, timeoutSeconds: 75 });
  });

  it('notify people once: with the first batch, or after the last', () => {
    expect(stepsFor(['notify_soc', 'start_component', 'notify_architect'], [['a'], ['b']])).toEqual([
      'heal-0 0 notify_soc',
      'heal-1 0 start_component',
      'heal-3 0 verify_health',
      'heal-5 1 start_component',
      'heal-6 1 notify_architect',
      'heal-7 1 verify_health',
    ]);
  });

  it('have ids that hosts accept, for as many batches as an operation may have', () => {
    const strategy = strategyOf('graceful_stop', 'start_component');
    const batches = Array.from({ length: maximumBatches(strategy) }, (_, index) => [`i-${index}`]);
    const steps = healSteps(strategy, { layout: { batches, skipped: {} } });
    expect(steps).toHaveLength(999);
    expect(steps.every(({ stepId }) => isStepId(stepId))).toBe(true);
  });
});

describe('the gate of a batch', () => {
  it('opens while enough other targets are healthy, and stays closed otherwise', () => {
    expect(tooFewHealthy('web', ['a'], health(['a', 'healthy'], ['b', 'healthy']), 1)).toBeUndefined();
    expect(tooFewHealthy('web', ['a'], health(['a', 'healthy'], ['b', 'unhealthy']), 1)).toBe(
      'a may serve, and 0 other targets of web are healthy; minHealthyTargets requires 1: repair the others first, or lower it',
    );
  });

  it('does not count a target that gave no answer', () => {
    expect(tooFewHealthy('web', ['a'], health(['a', 'unknown'], ['b', 'unknown']), 1)).toBeDefined();
  });

  it('opens for targets that were found unhealthy, however many others are', () => {
    const outage = health(['a', 'unhealthy'], ['b', 'unhealthy']);
    expect(tooFewHealthy('web', ['a'], outage, 1)).toBeUndefined();
    expect(tooFewHealthy('web', ['a', 'b'], outage, 5)).toBeUndefined();
  });

  it('does not count the batch itself', () => {
    expect(tooFewHealthy('web', ['a', 'b'], health(['a', 'healthy'], ['b', 'healthy']), 1)).toBeDefined();
  });
});
