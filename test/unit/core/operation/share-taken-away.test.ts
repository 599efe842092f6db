import { describe, expect, it } from 'vitest';
import { planOf } from '../../../../functions/core/operation/operation-plan.ts';
import { shareTakenAway } from '../../../../functions/core/operation/share-taken-away.ts';
import { configured } from '../../../factories/configuration.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`);
const action = (type: string, params = {}) => ({ type, params });
const RESTART = action('start_component', { mode: 'restart' });

type Fields = Readonly<Record<string, unknown>>;

function shareOf(component: Fields, actions: readonly Fields[] = [RESTART], named = 0): number {
  const configuration = configured({ components: { web: component }, strategies: [{ actions }] });
  const [strategy] = configuration.strategies;
  const definition = configuration.components['web'];
  if (!strategy || !definition) throw new Error('not configured');
  return shareTakenAway(planOf(strategy, definition), named);
}

describe('the share that a repair takes away', () => {
  it('equals one batch of hosts', () => {
    expect(shareOf({ targets: { instanceIds: ids(4) } })).toBe(0.25);
    expect(shareOf({ targets: { instanceIds: ids(4) }, maxConcurrentTargets: 3 })).toBe(0.75);
    expect(shareOf({ targets: { instanceIds: ids(2) }, maxConcurrentTargets: 3 })).toBe(1);
  });

  it('covers no more than the hosts that the alert names', () => {
    const four = { targets: { instanceIds: ids(4) }, maxConcurrentTargets: 3 };
    expect(shareOf(four, [RESTART], 1)).toBe(0.25);
    expect(shareOf(four, [RESTART], 4)).toBe(0.75);
    const tagged = { targets: { tags: { role: 'web' } }, maxConcurrentTargets: 3 };
    expect(shareOf({ ...tagged, minHealthyTargets: 3 }, [RESTART], 1)).toBe(0.25);
    expect(shareOf({ ...tagged, minHealthyTargets: 3 }, [RESTART], 4)).toBe(0.5);
    expect(shareOf(tagged, [RESTART], 1)).toBe(1);
  });

  it('is zero if no action takes a target down', () => {
    expect(shareOf({ targets: { instanceIds: ids(1) } }, [action('start_component')])).toBe(0);
    expect(shareOf({}, [action('notify_architect')])).toBe(0);
  });

  it('goes as far as minHealthyTargets allows, where the number of hosts is not known', () => {
    const tagged = { targets: { tags: { role: 'web' } } };
    expect(shareOf(tagged)).toBe(1);
    expect(shareOf({ ...tagged, minHealthyTargets: 3 })).toBe(0.25);
    expect(shareOf({ ...tagged, minHealthyTargets: 2, maxConcurrentTargets: 2 })).toBe(0.5);
  });

  it('covers all that a containment leaves isolated, batch after batch', () => {
    const isolation = [action('isolate_network')];
    const four = { targets: { instanceIds: ids(4) } };
    expect(shareOf(four, isolation)).toBe(1);
    expect(shareOf(four, isolation, 1)).toBe(0.25);
    expect(shareOf({ targets: { tags: { role: 'web' } } }, isolation, 1)).toBe(1);
  });

  it('covers the whole of what is not hosts, and nothing of an alias, which only points elsewhere', () => {
    const service = { targets: { ecsService: 'shop/web' }, service: undefined };
    expect(shareOf(service, [action('restart_service')])).toBe(1);
    const alias = { targets: { lambdaAlias: 'web:live' }, service: undefined };
    expect(shareOf(alias, [action('rollback_deployment')])).toBe(0);
    expect(shareOf(alias, [action('invoke_function', { function: 'f', effect: 'restarts' })])).toBe(1);
  });
});
