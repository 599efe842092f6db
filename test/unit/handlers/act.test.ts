import type { Context } from 'aws-lambda';
import { expect, it, vi } from 'vitest';
import { reconcile } from '../../../functions/app/reconcile.ts';
import { createHandler } from '../../../functions/handlers/act.ts';
import { NotPermitted } from '../../../functions/ports/errors.ts';
import { logger } from '../../../functions/runtime/telemetry.ts';
import { admitted, createWorld, inputOf, plannedStep, withStore } from '../../factories/ports/world.ts';

it('names the permission that it lacks to record what it sent, though the command goes on', async () => {
  vi.spyOn(logger, 'error').mockReturnValue(undefined);
  const world = createWorld();
  const operation = await admitted(world);
  const { stepId } = plannedStep(world, operation);
  const denial = { action: 'dynamodb:PutItem', resource: 'the table', role: 'selfheal-act' };
  const blind = withStore(world, { recordStep: () => Promise.reject(new NotPermitted(denial)) });

  const input = { ...inputOf(operation), step: { stepId } };
  await expect(createHandler(blind)(input, {} as Context)).rejects.toMatchObject({ name: 'NotPermitted' });

  expect(world.runbooks.sent).toHaveLength(1);
  await reconcile(world);
  expect(world.notifier.told).toContainEqual(
    expect.objectContaining({
      topic: 'architect',
      body: expect.objectContaining({ kind: 'permission-missing', ...denial }),
    }),
  );
});
