import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { plannedOperation } from '../../../../functions/app/heal/running-operation.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf, plannedStep, withStore } from '../../../factories/ports/world.ts';

async function begun(action: object = {}) {
  const actions = [{ type: 'start_component', ...action }];
  const world = createWorld(configured({ strategies: [{ actions }] }));
  const operation = await admitted(world);
  return { world, operation, input: { ...inputOf(operation), step: plannedStep(world, operation) } };
}

describe('an action', () => {
  it('has its time-out from when it begins, and its claim three minutes more', async () => {
    const { world, input } = await begun({ timeoutSeconds: '2m' });
    await act(world, input);
    const claim = await world.store.getClaim('web');
    const deadlineMs = claim?.step?.deadlineMs ?? 0;
    expect(deadlineMs).toBeGreaterThanOrEqual(NOON + 120_000);
    expect(claim?.leaseUntilMs).toBe(deadlineMs + 180_000);
    expect(claim?.step).not.toHaveProperty('waitUntilMs');
  });

  it('looks for no host if it notifies people', async () => {
    const { world, operation, input } = await begun({ type: 'notify_soc' });
    await act(world, input);
    expect(world.notifier.sent).toHaveLength(1);
    expect(world.runbooks.selectors).toStrictEqual([]);
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({ targets: [] });
  });

  it('is refused if it is not one of its operation’s', async () => {
    const { world, operation, input } = await begun();
    await act(world, { ...input, step: { stepId: 'heal-7' } });
    expect(world.tokens.completed).toStrictEqual([
      {
        ...{ taskToken: 'token-1', error: 'StepRefused' },
        cause: `operation ${operation.operationId} has no step heal-7`,
      },
    ]);
    expect(await world.store.getClaim('web')).not.toHaveProperty('step');
  });

  it.each([
    ['operation', { getOperation: async () => undefined }, 'record'],
    ['plan', { getPlan: async () => undefined }, 'plan'],
  ])('is refused if its %s is not on record', async (_, methods, what) => {
    const { world, operation, input } = await begun();
    const { operationId } = operation;
    const cause = `operation ${operationId} has no ${what} in the table`;
    const forgetful = withStore(world, methods);
    await act(forgetful, input);
    expect(world.tokens.completed).toStrictEqual([{ taskToken: 'token-1', error: 'StepRefused', cause }]);
    await expect(plannedOperation(forgetful.store, operationId)).rejects.toMatchObject({
      ...{ name: 'OperationNotOnRecord', code: 'OPERATION_NOT_ON_RECORD', operationId, message: cause },
    });
  });
});
