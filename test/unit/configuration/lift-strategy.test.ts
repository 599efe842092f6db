import { describe, expect, it } from 'vitest';
import { withLifting } from '../../../functions/core/configuration/lift-strategy.ts';
import { strategy } from '../../../functions/core/configuration/schema/strategy-schema.ts';
import { LIFT_STRATEGY, LIMIT_METRIC } from '../../../functions/core/operation/time-limit.ts';

const declared = (id: string, actions: readonly object[], more: object = {}) =>
  strategy.parse({ id, trigger: { metrics: ['errors'] }, actions, ...more }) as Parameters<
    typeof withLifting
  >[0][number];
const LIMITED = { type: 'isolate_network', params: { limitSeconds: 600, afterLimit: 'lift' } };
const added = (...strategies: Parameters<typeof withLifting>[0][number][]) =>
  withLifting(strategies).slice(strategies.length);

describe('the strategy that lifts isolations at their time limit', () => {
  it('is for the components, each once, whose isolations have a limit', () => {
    const lifting = added(
      declared('one', [LIMITED], { components: ['web', 'shop'] }),
      declared('two', [LIMITED], { components: ['shop'] }),
      declared('three', [{ type: 'isolate_network' }], { components: ['cache'] }),
    );
    expect(lifting).toMatchObject([
      {
        id: LIFT_STRATEGY,
        name: 'Lift an isolation at its time limit',
        components: ['web', 'shop'],
        trigger: { metrics: [LIMIT_METRIC] },
      },
    ]);
  });

  it('is for every component if one of those isolations is', () => {
    const [lifting] = added(declared('one', [LIMITED], { components: ['web'] }), declared('two', [LIMITED]));
    expect(lifting).toMatchObject({ id: LIFT_STRATEGY });
    expect(lifting).not.toHaveProperty('components');
  });

  it('is not added if no isolation has a limit', () => {
    expect(added(declared('one', [{ type: 'isolate_network' }, { type: 'start_component' }]))).toEqual([]);
    expect(added()).toEqual([]);
  });

  it('is not added to one that the file declares itself', () => {
    expect(added(declared('one', [LIMITED]), declared(LIFT_STRATEGY, [LIMITED]))).toEqual([]);
  });
});
