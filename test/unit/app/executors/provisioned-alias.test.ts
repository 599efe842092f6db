import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { StepId, StepRecord } from '../../../../functions/core/operation/operation.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NAME = { functionName: 'orders', alias: 'live' };
const BACK = { type: 'rollback_deployment', timeoutSeconds: 600, onError: 'rollback' };
const FORWARD = { type: 'rollback_deployment', params: { phase: 'undo' }, timeoutSeconds: 600 };
const MORE = {
  ...{ type: 'increase_resources', timeoutSeconds: 600, onError: 'rollback' },
  params: { ladder: [{ memoryMiB: 128 }, { memoryMiB: 256 }] },
};

/** An operation on a function with two versions, whose alias serves the second with provisioned concurrency. */
async function orders(actions: readonly object[] = [BACK]) {
  const world = createWorld(
    resourceConfiguration({ lambdaAlias: 'orders:live' }, { actions, rollback: { actions: [FORWARD] } }),
  );
  const functions = world.versionedFunctions;
  for (const version of ['1', '2']) functions.publish('orders', () => version);
  functions.createAlias('orders', 'live', '2');
  await world.aliases.provision(NAME, 5);
  const prepared = async () => {
    while ((await world.aliases.provisioned(NAME)).status === 'IN_PROGRESS');
  };
  await prepared();
  const running = await runningOperation(world);
  return {
    ...running,
    ...{ world, functions, prepared, perform: running.step },
    serves: () => functions.invoke('orders', 'live', {}),
    pointer: async () => (await world.aliases.read(NAME)).pointer,
    someoneElsePointsTo: async (FunctionVersion: string, more: object = {}) =>
      await createInProcessClient<LambdaClient>('Lambda', functions.operations).send(
        new UpdateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion, ...more }),
      ),
    /** Rounds of the reconciler until the step has ended. */
    ended: async (stepId: StepId): Promise<StepRecord | undefined> => {
      for (let round = 0; round < 5; round += 1) {
        const found = await running.record(stepId);
        if (found?.outcome !== undefined) return found;
        await running.reconcile();
      }
      throw new Error(`${stepId} has not ended`);
    },
  };
}

/** Begins the step, loses Lambda's answer to the change of the alias, and begins it once more. */
async function repeatAfterLostAnswer({ world, perform }: Awaited<ReturnType<typeof orders>>): Promise<void> {
  const { aliases } = world;
  const point: typeof aliases.point = async (...asked) => {
    await aliases.point(...asked);
    throw new ServiceUnavailable('lambda:UpdateAlias: timed out');
  };
  Object.assign(world, { aliases: { ...aliases, point } });
  await expect(perform('heal-0')).rejects.toThrow(ServiceUnavailable);
  Object.assign(world, { aliases });
  await perform('heal-0', { attempt: 1 });
}

describe('a rollback of an alias with provisioned concurrency', () => {
  it('goes on until the version before serves', async () => {
    const { perform, ended, pointer, serves } = await orders();
    const begun = await perform('heal-0');
    expect(begun).toMatchObject({ reference: { executor: 'resource', id: 'lambda:1:orders:live' } });
    expect(begun).not.toHaveProperty('outcome');
    expect(await pointer()).toEqual({ version: '1', weights: { 2: 1 } });
    expect(serves()).toBe('2');
    expect(await ended('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      targets: ['orders:live'],
      detail: 'move of alias orders:live to version 1: it serves version 1',
    });
    expect(serves()).toBe('1');
  });

  it('recognises its own change where the answer was lost, and does not repeat it', async () => {
    const run = await orders();
    await repeatAfterLostAnswer(run);
    expect(await run.ended('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'move of alias orders:live to version 1: it serves version 1',
    });
    expect(run.functions.changes.filter(({ operation }) => operation === 'UpdateAlias')).toHaveLength(1);
  });

  it('fails where the version before cannot be made ready, and says which one serves', async () => {
    const { perform, ended, serves, functions } = await orders();
    functions.failInit('orders', '1');
    await perform('heal-0');
    expect(await ended('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(
        'version 2 still gets all requests: provisioned concurrency cannot be made ready on version 1 (FUNCTION_ERROR_INIT_FAILURE)',
      ),
    });
    expect(serves()).toBe('2');
  });

  it('leaves requests to the old version where a deployment waits for the new one, or has failed', async () => {
    const { perform, ended, pointer, serves, functions, prepared, someoneElsePointsTo } = await orders();
    const bad = functions.publish('orders', () => 'bad');
    functions.failInit('orders', bad);
    await someoneElsePointsTo(bad);
    await prepared();
    expect(await pointer()).toEqual({ version: '3', weights: { 2: 1 } });
    await perform('heal-0');
    expect(await ended('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await pointer()).toEqual({ version: '2', weights: {} });
    expect(serves()).toBe('2');
  });

  it('has an undo under the same protection', async () => {
    const { perform, ended, undo, pointer, serves, functions } = await orders();
    await perform('heal-0');
    await ended('heal-0');
    functions.failInit('orders', '2');
    await undo();
    expect(await ended('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail:
        'move of alias orders:live to version 2: version 1 still gets all requests: provisioned concurrency cannot be made ready on version 2 (FUNCTION_ERROR_INIT_FAILURE)',
    });
    expect(await pointer()).toEqual({ version: '2', weights: { 1: 1 } });
    expect(serves()).toBe('1');
  });

  it('can be undone while it is still under way', async () => {
    const { perform, ended, undo, pointer, serves } = await orders();
    await perform('heal-0');
    await undo();
    expect(await ended('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await pointer()).toEqual({ version: '2', weights: {} });
    expect(serves()).toBe('2');
  });

  it('fails where someone else moves the alias meanwhile', async () => {
    const { perform, ended, functions, someoneElsePointsTo } = await orders();
    await perform('heal-0');
    await someoneElsePointsTo(functions.publish('orders', () => '3'));
    expect(await ended('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('someone else has changed it'),
    });
  });

  it('changes nothing where its time-out is too short, and says what to write', async () => {
    const { perform, pointer } = await orders([{ type: 'rollback_deployment' }]);
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('write `timeoutSeconds: 10m`'),
    });
    expect(await pointer()).toEqual({ version: '2', weights: {} });
  });
});

describe('a weight of 1 that someone has set on an alias without provisioned concurrency', () => {
  it('goes on record, and comes back with the undo', async () => {
    const { world, perform, undo, pointer, someoneElsePointsTo, record } = await orders();
    await world.aliases.provision(NAME, null);
    await someoneElsePointsTo('1', { RoutingConfig: { AdditionalVersionWeights: { 2: 1 } } });
    await perform('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      change: { before: '{"version":"1","weights":{"2":1}}' },
    });
    await undo();
    expect(await pointer()).toEqual({ version: '1', weights: { 2: 1 } });
  });
});

describe('another size of a function with provisioned concurrency', () => {
  it('ends when its version serves', async () => {
    const { perform, ended, pointer, world } = await orders([MORE]);
    expect(await perform('heal-0')).not.toHaveProperty('outcome');
    expect(await pointer()).toEqual({ version: '3', weights: { 2: 1 } });
    expect(await ended('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await pointer()).toEqual({ version: '3', weights: {} });
    expect((await world.versions.read('orders', '3')).settings.memoryMiB).toBe(256);
  });

  it('fails while another version is being prepared', async () => {
    const { perform, functions, someoneElsePointsTo } = await orders([MORE]);
    await someoneElsePointsTo('1');
    const before = functions.changes.length;
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail:
        'alias orders:live: version 2 serves until provisioned concurrency is ready on version 1: wait for that, or roll the alias back',
    });
    expect(functions.changes).toHaveLength(before);
  });

  it('does not count as a weighted rollout when the step is repeated', async () => {
    const run = await orders([MORE]);
    await repeatAfterLostAnswer(run);
    expect(await run.ended('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});
