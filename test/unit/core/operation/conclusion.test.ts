import { describe, expect, it } from 'vitest';
import { conclusionOf } from '../../../../functions/core/operation/conclusion.ts';
import { configured } from '../../../factories/configuration.ts';

const OPERATION = { operationId: 'one', component: 'web', strategyId: 'restart' };
const strategyOf = (fields: Readonly<Record<string, unknown>>) =>
  configured({ strategies: [fields] }).strategies[0];

describe('the conclusion of an operation', () => {
  it('begins the strategy’s cooldown when it ends, for the strategy’s scope', () => {
    const strategy = strategyOf({ cooldownSeconds: 600, cooldownScope: 'strategy' });
    expect(conclusionOf(OPERATION, strategy, { fence: 7, state: 'COMPLETED' }, 1_000)).toEqual({
      ...OPERATION,
      fence: 7,
      state: 'COMPLETED',
      result: 'SUCCESS',
      completedAtMs: 1_000,
      cooldownUntilMs: 601_000,
      cooldownScope: 'strategy',
    });
  });

  it('cools the component down for five minutes if the plan is missing', () => {
    const end = { fence: 7, state: 'FAILED', failure: { error: 'NotRecovered', cause: 'bad' } } as const;
    expect(conclusionOf(OPERATION, undefined, end, 0)).toMatchObject({
      result: 'FAILED',
      failure: end.failure,
      cooldownUntilMs: 300_000,
      cooldownScope: 'component',
    });
  });

  it('says CONTAINED if the strategy contains the fault', () => {
    const strategy = strategyOf({ actions: [{ type: 'isolate_network' }] });
    expect(conclusionOf(OPERATION, strategy, { fence: 7, state: 'COMPLETED' }, 0).result).toBe('CONTAINED');
  });

  it('keeps warnings only if there are any', () => {
    const end = { fence: 7, state: 'COMPLETED' } as const;
    expect(conclusionOf(OPERATION, undefined, { ...end, warnings: ['a'] }, 0)).toMatchObject({
      warnings: ['a'],
    });
    const without = {
      ...{ ...OPERATION, ...end, result: 'SUCCESS', completedAtMs: 0 },
      ...{ cooldownUntilMs: 300_000, cooldownScope: 'component' },
    };
    expect(conclusionOf(OPERATION, undefined, { ...end, warnings: [] }, 0)).toStrictEqual(without);
    expect(conclusionOf(OPERATION, undefined, end, 0)).toStrictEqual(without);
  });
});
