import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NAME = { functionName: 'orders', alias: 'live' };
const LADDER = [{ memoryMiB: 128 }, { memoryMiB: 256 }, { memoryMiB: 1_024 }];
const MORE = { type: 'increase_resources', params: { ladder: LADDER }, onError: 'rollback' };
const NO_SUCH_VERSION = { type: 'rollback_deployment', params: { version: '99' }, onError: 'rollback' };

/** An operation on a function with two versions of 128 MiB, whose alias serves the second. */
async function orders(actions: readonly object[]) {
  const world = createWorld(resourceConfiguration({ lambdaAlias: 'orders:live' }, { actions }));
  const functions = world.versionedFunctions;
  functions.publish('orders', () => 'one');
  functions.createAlias(
    'orders',
    'live',
    functions.publish('orders', () => 'two'),
  );
  const running = await runningOperation(world);
  const served = async () => {
    const { version } = (await world.aliases.read(NAME)).pointer;
    const { memoryMiB, timeoutSeconds, isTraced, logLevel } = (await world.versions.read('orders', version))
      .settings;
    return { version, memoryMiB, timeoutSeconds, isTraced, logLevel };
  };
  return {
    ...{ world, functions, served, perform: running.step, undo: running.undo },
    latest: async () => (await world.versions.read('orders', '$LATEST')).settings,
    someoneElsePointsTo: async (FunctionVersion: string, more: object = {}) =>
      await createInProcessClient<LambdaClient>('Lambda', functions.operations).send(
        new UpdateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion, ...more }),
      ),
  };
}

describe('giving a function more memory', () => {
  it('moves the alias to a new version of the same code, and keeps the size for the next release', async () => {
    const { perform, served, latest, functions } = await orders([MORE]);
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      targets: ['orders:live'],
      detail: expect.stringContaining(
        'alias orders:live was changed from 128 MiB, 3 s, not traced to 256 MiB',
      ),
    });
    expect(await served()).toMatchObject({ version: '3', memoryMiB: 256 });
    expect((await latest()).memoryMiB).toBe(256);
    expect(functions.invoke('orders', 'live', {})).toBe('two');
  });

  it('does not count as the earlier version for a rollback that follows', async () => {
    const { perform, served } = await orders([MORE, { type: 'rollback_deployment' }]);
    await perform('heal-0');
    expect(await perform('heal-1')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'alias orders:live was changed from version 3 to version 1',
    });
    expect(await served()).toMatchObject({ version: '1' });
  });

  it('waits until the new version can serve before the alias is moved', async () => {
    const { perform, functions, world } = await orders([MORE]);
    const { point } = world.aliases;
    const states: string[] = [];
    Object.assign(world, {
      aliases: {
        ...world.aliases,
        point: async (...asked: Parameters<typeof point>) => {
          states.push((await world.versions.read('orders', asked[1].version)).state);
          await point(...asked);
        },
      },
    });
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'orders:$LATEST was changed from 128 MiB, 3 s, not traced to 256 MiB, 3 s, not traced; alias orders:live was changed from 128 MiB, 3 s, not traced to 256 MiB, 3 s, not traced',
    });
    expect(states).toEqual(['Active']);
    expect(functions.changes.map(({ operation }) => operation)).toEqual([
      'UpdateFunctionConfiguration',
      'UpdateAlias',
    ]);
  });

  it('moves the alias and the unpublished version back when it did not help', async () => {
    const { perform, served, latest, undo } = await orders([MORE, NO_SUCH_VERSION]);
    await perform('heal-0');
    await perform('heal-1');
    expect(await undo()).toMatchObject([{}, { outcome: 'SUCCEEDED' }]);
    expect(await served()).toMatchObject({ version: '2', memoryMiB: 128 });
    expect((await latest()).memoryMiB).toBe(128);
  });

  it('undoes what it did to the alias where someone else has deployed since, and leaves their code alone', async () => {
    const { perform, served, latest, undo, functions } = await orders([MORE, NO_SUCH_VERSION]);
    await perform('heal-0');
    await perform('heal-1');
    functions.upload('orders', () => 'three');
    expect(await undo()).toMatchObject([{}, { outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' }]);
    expect((await served()).version).toBe('2');
    expect((await latest()).memoryMiB).toBe(256);
  });

  it('leaves an alias alone that someone else has moved since', async () => {
    const { perform, served, undo, someoneElsePointsTo } = await orders([MORE, NO_SUCH_VERSION]);
    await perform('heal-0');
    await perform('heal-1');
    await someoneElsePointsTo('1');
    expect(await undo()).toMatchObject([{}, { outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' }]);
    expect((await served()).version).toBe('1');
  });

  it('releases no code that the alias does not serve yet', async () => {
    const { perform, functions } = await orders([MORE]);
    functions.upload('orders', () => 'three');
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('publishing it would release what nobody has released yet'),
    });
    expect(functions.changes).toEqual([]);
  });

  it('uses a version with that size that exists already', async () => {
    const { perform, served, functions, someoneElsePointsTo } = await orders([MORE]);
    functions.configure('orders', { memoryMiB: 256 });
    await createInProcessClient<LambdaClient>('Lambda', functions.operations).send(
      new (await import('@aws-sdk/client-lambda')).PublishVersionCommand({ FunctionName: 'orders' }),
    );
    functions.upload('orders', () => 'three');
    await someoneElsePointsTo('2');
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'alias orders:live was changed from 128 MiB, 3 s, not traced to 256 MiB, 3 s, not traced',
    });
    expect((await served()).version).toBe('3');
    expect(functions.changes.map(({ operation }) => operation)).toEqual(['UpdateAlias']);
  });

  it('ends at the top of the ladder', async () => {
    const { perform, functions } = await orders([
      { type: 'increase_resources', params: { ladder: [{ memoryMiB: 128 }] } },
    ]);
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'orders:$LATEST: it has 128 MiB, and the ladder has no greater size',
    });
    expect(functions.changes).toEqual([]);
  });

  it('does not interfere with a weighted rollout', async () => {
    const { perform, functions, someoneElsePointsTo } = await orders([MORE]);
    await someoneElsePointsTo('1', { RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } } });
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('it serves version 1 and 10 % of version 2'),
    });
    expect(functions.changes).toHaveLength(1);
  });
});

describe('other settings of a function', () => {
  it('change in the same way: its time-out, tracing and log level', async () => {
    const { perform, served, functions } = await orders([
      { type: 'adjust_timeout', params: { to: '1m' } },
      { type: 'enable_monitoring', params: { tracing: true, logLevel: 'DEBUG' } },
    ]);
    functions.configure('orders', { logging: { LogFormat: 'JSON', LogGroup: '/orders' } });
    functions.createAlias(
      'orders',
      'live',
      functions.publish('orders', () => 'three'),
    );
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'orders:$LATEST was changed from 128 MiB, 3 s, not traced, log level INFO to 128 MiB, 60 s, not traced, log level INFO; alias orders:live was changed from 128 MiB, 3 s, not traced, log level INFO to 128 MiB, 60 s, not traced, log level INFO',
    });
    expect(await perform('heal-1')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'orders:$LATEST was changed from 128 MiB, 60 s, not traced, log level INFO to 128 MiB, 60 s, traced, log level DEBUG; alias orders:live was changed from 128 MiB, 60 s, not traced, log level INFO to 128 MiB, 60 s, traced, log level DEBUG',
    });
    expect(await served()).toEqual({
      ...{ version: '5', memoryMiB: 128, timeoutSeconds: 60, isTraced: true, logLevel: 'DEBUG' },
    });
  });

  it.each([
    [{ type: 'adjust_timeout', params: { to: '1m' } }, { timeoutSeconds: 60 }],
    [
      { type: 'enable_monitoring', params: { tracing: true } },
      { isTraced: true, logLevel: 'INFO' },
    ],
    [
      { type: 'enable_monitoring', params: { logLevel: 'DEBUG' } },
      { isTraced: false, logLevel: 'DEBUG' },
    ],
  ])('return to what they were with their undo: $0.type $0.params', async (action, changed) => {
    const { perform, served, latest, undo, functions } = await orders([
      { ...action, onError: 'rollback' },
      NO_SUCH_VERSION,
    ]);
    functions.configure('orders', { logging: { LogFormat: 'JSON', LogGroup: '/orders' } });
    functions.createAlias(
      'orders',
      'live',
      functions.publish('orders', () => 'three'),
    );
    const before = { served: await served(), latest: await latest() };
    await perform('heal-0');
    expect(await served()).toMatchObject({ version: '4', ...changed });
    await perform('heal-1');
    expect(await undo()).toMatchObject([{}, { outcome: 'SUCCEEDED' }]);
    expect({ served: await served(), latest: await latest() }).toEqual(before);
  });

  it('fail where Lambda would ignore them: a log level of logs that are text', async () => {
    const { perform } = await orders([{ type: 'enable_monitoring', params: { logLevel: 'DEBUG' } }]);
    expect((await perform('heal-0'))?.detail).toContain('Lambda applies a log level to logs in JSON only');
  });
});
