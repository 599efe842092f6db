import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { act } from '../../../functions/app/heal/act.ts';
import { reconcile } from '../../../functions/app/recover/reconcile.ts';
import { createHandler as createAct } from '../../../functions/handlers/act.ts';
import { createHandler as createPrepareRollback } from '../../../functions/handlers/prepare-rollback.ts';
import { NotPermitted } from '../../../functions/ports/errors.ts';
import { logger } from '../../../functions/runtime/telemetry.ts';
import { configured } from '../../factories/configuration.ts';
import {
  admitted,
  createWorld,
  inputOf,
  plannedStep,
  type World,
  withStore,
} from '../../factories/ports/world.ts';

const context = {} as Context;

beforeAll(() => {
  for (const level of ['info', 'error'] as const) vi.spyOn(logger, level).mockReturnValue(undefined);
});

const denial = (action: string) => ({ action, resource: 'it', role: 'selfheal' });
const denied = (action: string) => () => Promise.reject(new NotPermitted(denial(action)));

async function begun(configuration = configured()) {
  const world = createWorld(configuration);
  const operation = await admitted(world);
  const { stepId } = plannedStep(world, operation);
  return { world, input: { ...inputOf(operation), step: { stepId } } };
}

/** What the architect is notified of in the next round of the reconciler. */
async function namedPermissions(world: World) {
  await reconcile(world);
  return world.notifier.sent
    .filter(({ topic, body }) => topic === 'architect' && body['kind'] === 'permission-missing')
    .map(({ body }) => body['action']);
}

describe('act', () => {
  it('names the permission that it lacks to record what it sent, though the command goes on', async () => {
    const { world, input } = await begun();
    const blind = withStore(world, { recordStep: denied('dynamodb:PutItem') });
    await expect(createAct(blind)(input, context)).rejects.toMatchObject({ name: 'NotPermitted' });
    expect(world.runbooks.sent).toHaveLength(1);
    expect(await namedPermissions(world)).toEqual(['dynamodb:PutItem']);
  });

  it('names the permission for lack of which a step fails, though the operation may go on without it', async () => {
    const { world, input } = await begun(
      configured({ strategies: [{ actions: [{ type: 'notify_soc', onError: 'continue' }] }] }),
    );
    const mute = { ...world, notifier: { ...world.notifier, notify: denied('sns:Publish') } };
    await createAct(mute)(input, context);
    expect(await world.store.getStep(input.operationId, 'heal-0')).toMatchObject({ outcome: 'FAILED' });
    expect(await namedPermissions(world)).toEqual(['sns:Publish']);
  });

  it('names the permission for lack of which a function of the user is not called', async () => {
    const { world, input } = await begun(
      configured({
        strategies: [{ actions: [{ type: 'invoke_function', params: { function: 'repair' } }] }],
      }),
    );
    const refused = denied('lambda:InvokeFunction');
    await createAct({ ...world, functions: { ...world.functions, invoke: refused } })(input, context);
    expect(await world.store.getStep(input.operationId, 'heal-0')).toMatchObject({ outcome: 'FAILED' });
    expect(await namedPermissions(world)).toEqual(['lambda:InvokeFunction']);
  });
});

describe('prepare-rollback', () => {
  it('names the permission that it lacks to cancel a command, though the command is over', async () => {
    const { world, input } = await begun();
    await act(world, input);
    const getCommand: World['runbooks']['getCommand'] = async (commandId) => ({
      commandId,
      document: 'selfheal-start-component',
      parameters: {},
      status: 'TimedOut',
      comment: '',
      targetCount: 1,
    });
    const cancel = denied('ssm:CancelCommand');
    const blind = { ...world, runbooks: { ...world.runbooks, cancel, getCommand } };
    const failure = { error: 'Operator', cause: 'stopped in the console' };
    await createPrepareRollback(blind)({ ...input, failure }, context);
    expect(await world.store.getOperation(input.operationId)).toMatchObject({ state: 'ROLLING_BACK' });
    expect(await namedPermissions(world)).toEqual(['ssm:CancelCommand']);
  });
});
