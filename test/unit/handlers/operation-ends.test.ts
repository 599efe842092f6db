import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createHandler as createConclude } from '../../../functions/handlers/conclude.ts';
import { createHandler as createExecutionEnded } from '../../../functions/handlers/execution-ended.ts';
import { logger } from '../../../functions/runtime/telemetry.ts';
import { HOME } from '../../factories/events/selfheal-event.ts';
import { admitted, createWorld } from '../../factories/ports/world.ts';

const context = {} as Context;

beforeAll(() => {
  for (const level of ['info', 'error'] as const) vi.spyOn(logger, level).mockReturnValue(undefined);
});

async function running() {
  const world = createWorld();
  const { operationId, component, fence } = await admitted(world);
  const record = () => world.store.getOperation(operationId);
  return { world, operationId, input: { operationId, component, fence }, record };
}

describe('execution-ended', () => {
  /** What the operation is undone for, after its execution has ended so. */
  async function undoneFor(detail: Readonly<Record<string, unknown>>) {
    const { world, operationId } = await running();
    const more = { stateMachineArn: 'arn', startDate: 1_551_225_146_847, output: null };
    const handler = createExecutionEnded(world);
    await handler(
      { ...HOME, source: 'aws.states', detail: { name: operationId, ...more, ...detail } },
      context,
    );
    expect(world.executions.started).toMatchObject([{ name: `${operationId}-undo` }]);
    const [{ input } = {}] = world.executions.started;
    return { failure: (input as { failure: unknown }).failure, operationId };
  }

  it.each([
    ['account', { account: '999999999999' }],
    ['region', { region: 'eu-central-1' }],
    ['account that it does not name', { account: undefined }],
  ])('ignores an event of another %s', async (_what, origin) => {
    const { world, operationId } = await running();
    const event = { ...HOME, ...origin, detail: { name: operationId, status: 'FAILED' } };
    await expect(createExecutionEnded(world)(event, context)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(world.executions.started).toEqual([]);
  });

  it('passes on what the execution failed with', async () => {
    const detail = { status: 'FAILED', error: 'States.Runtime', cause: 'no such path' };
    const { failure } = await undoneFor(detail);
    expect(failure).toEqual({ error: 'States.Runtime', cause: 'no such path' });
  });

  it.each([{}, { error: null, cause: null }])('needs neither error nor cause: %o', async (absent) => {
    const { failure, operationId } = await undoneFor({ status: 'TIMED_OUT', ...absent });
    const cause = `execution ${operationId} ended as TIMED_OUT`;
    expect(failure).toEqual({ error: 'ExecutionTIMED_OUT', cause });
  });
});

describe('conclude', () => {
  it('keeps why an operation has failed', async () => {
    const { world, input, record } = await running();
    const failure = { error: 'ActionFailed', cause: 'heal-0 start_component FAILED: exit code 5' };
    await createConclude(world)({ ...input, state: 'FAILED', failure }, context);
    expect(await record()).toMatchObject({ state: 'FAILED', failure });
  });

  it('concludes a verified repair without a failure', async () => {
    const { world, input, record } = await running();
    await createConclude(world)({ ...input, state: 'COMPLETED' }, context);
    expect(await record()).toMatchObject({ state: 'COMPLETED' });
    expect(await record()).not.toHaveProperty('failure');
  });
});
