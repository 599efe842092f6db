import { describe, expect, it } from 'vitest';
import { strategiesFor } from '../../../../functions/app/diagnosis/strategies-for.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const ROLL_BACK = {
  id: 'roll-back',
  actions: [{ type: 'invoke_function', params: { function: 'ci', rollsChangeBack: true } }],
};
const RESTARTS = [
  { id: 'restart', actions: [{ type: 'start_component', params: { mode: 'restart' } }] },
  { id: 'stop', actions: [{ type: 'graceful_stop' }] },
];
const SCALE_OUT = {
  id: 'scale-out',
  actions: [{ type: 'invoke_function', params: { function: 'scale', effect: 'none' } }],
};
const CHANGE = {
  ...{ changeId: 'run-1', summary: 'v42', startedAtMs: NOON, isInProgress: false },
  source: 'pipeline' as const,
  kind: 'deployment' as const,
};

async function strategiesOf(strategies: readonly object[], more: Parameters<typeof alertOf>[1] = {}) {
  const configuration = configured({ strategies: strategies as never });
  const found = await strategiesFor(configuration.strategies, alertOf('web', more));
  if ('refusal' in found) return found;
  return { strategies: found.strategies.map(({ id }) => id), rollbacks: [...found.rollbacks] };
}

const causeOf = (code: 'MEMORY_LEAK' | 'TRAFFIC_SURGE') => ({
  ...{ code, component: 'web', confidence: 0.9, supports: ['more is asked', 'than usual'] },
  ...{ refutes: [], missing: [] },
});

describe('the strategies for an alert', () => {
  it('are those that answer it, in order', async () => {
    expect(await strategiesOf([ROLL_BACK, ...RESTARTS])).toStrictEqual({
      ...{ strategies: ['roll-back', 'restart', 'stop'], rollbacks: [] },
    });
  });

  it('include those that roll its change back everywhere, by their ids', async () => {
    expect(await strategiesOf([ROLL_BACK, ...RESTARTS], { change: CHANGE })).toStrictEqual({
      ...{ strategies: ['roll-back', 'restart', 'stop'], rollbacks: ['roll-back'] },
    });
  });

  it('are only those that roll its change back while that is in progress', async () => {
    const change = { ...CHANGE, isInProgress: true };
    expect(await strategiesOf([ROLL_BACK, ...RESTARTS], { change })).toStrictEqual({
      ...{ strategies: ['roll-back'], rollbacks: ['roll-back'] },
    });
    expect(await strategiesOf(RESTARTS, { change })).toStrictEqual({
      refusal: { reason: 'NO_STRATEGY', detail: 'restart, stop: none rolls the change back' },
    });
  });

  it('take nothing down under an overload', async () => {
    const causes = [causeOf('TRAFFIC_SURGE')];
    expect(await strategiesOf(RESTARTS, { causes })).toStrictEqual({
      refusal: {
        reason: 'NO_STRATEGY',
        detail:
          'TRAFFIC_SURGE (more is asked; than usual): restart, stop would take targets down, which makes it worse',
      },
    });
    expect(await strategiesOf([...RESTARTS, SCALE_OUT], { causes })).toStrictEqual({
      ...{ strategies: ['scale-out'], rollbacks: [] },
    });
  });

  it('are none if no strategy handles what was found, which the refusal says', async () => {
    const strategies = [{ trigger: { causes: ['CERT_EXPIRED'] } }];
    expect(await strategiesOf(strategies, { causes: [causeOf('MEMORY_LEAK')] })).toStrictEqual({
      refusal: {
        reason: 'NO_STRATEGY',
        detail: 'diagnosis found MEMORY_LEAK of web, confidence 0.9, and no strategy handles that cause',
      },
    });
    expect(await strategiesOf(strategies)).toStrictEqual({
      refusal: {
        ...{ reason: 'NO_STRATEGY', detail: 'diagnosis found no cause, and no strategy handles that cause' },
      },
    });
  });
});
