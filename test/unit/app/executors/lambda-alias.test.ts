import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { SuspectedChange } from '../../../../functions/core/diagnosis/cause.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { FAILS, orders, ROLLBACK } from './alias-operation.ts';

describe('a rollback of a function’s alias', () => {
  it('points the alias to the version before, and keeps both on record', async () => {
    const { world, step, record, version } = await orders([ROLLBACK]);
    await step('heal-0');
    expect(await version()).toBe('1');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      targets: ['orders:live'],
      detail: 'alias orders:live was changed from version 2 to version 1',
      change: { before: '{"version":"2","weights":{}}', intended: '{"version":"1","weights":{}}' },
    });
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
    expect(world.runbooks.sent).toEqual([]);
  });

  it.each([
    ['stops, and says so, while CodeDeploy shifts its requests', { 3: 0.1 }, '2', 'FAILED'],
    ['goes on where CodeDeploy shifts none', {}, '1', 'SUCCEEDED'],
  ])('%s', async (_, AdditionalVersionWeights, version, outcome) => {
    const run = await orders([ROLLBACK]);
    const { store, clock } = run.world;
    await run.someoneElsePointsTo('2', AdditionalVersionWeights);
    const change: SuspectedChange = {
      ...{ changeId: 'd-ABCDEF123', source: 'codedeploy', kind: 'deployment', summary: 'v3' },
      ...{ startedAtMs: clock.now - 60_000, isInProgress: true },
    };
    const getOperation: typeof store.getOperation = async (operationId) => {
      const operation = await store.getOperation(operationId);
      return operation && { ...operation, alert: { ...operation.alert, change } };
    };
    Object.assign(run.world, { store: { ...store, getOperation } });
    await run.step('heal-0');
    expect(await run.version()).toBe(version);
    expect(await run.record('heal-0')).toMatchObject({ outcome });
  });

  it('passes over versions that Lambda could not prepare', async () => {
    const { world, step, record, version, someoneElsePointsTo } = await orders([ROLLBACK]);
    await someoneElsePointsTo('3');
    world.versionedFunctions.setState('orders', '2', 'Failed');
    await step('heal-0');
    expect(await version()).toBe('1');
    expect(await record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it.each([
    ['Failed', {}, /no version before 2 is left.*; version 1 is Failed/],
    ['Failed', { version: '1' }, /version 1 is Failed$/],
    ['Inactive', {}, /version 1 is Inactive; requests to it fail .* Invoke `orders:1` once/],
    ['Inactive', { version: '1' }, /version 1 is Inactive/],
  ] as const)('never points the alias to a version that is %s: %o', async (state, params, detail) => {
    const { world, step, record, version } = await orders([{ ...ROLLBACK, params }]);
    world.versionedFunctions.setState('orders', '1', state);
    await step('heal-0');
    expect(await version()).toBe('2');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringMatching(detail),
    });
    expect(world.versionedFunctions.changes).toEqual([]);
  });

  it('waits for a version that Lambda is preparing', async () => {
    const { world, step, version } = await orders([ROLLBACK]);
    const { versions } = world;
    let looks = 0;
    Object.assign(world, {
      versions: {
        ...versions,
        read: async (...asked: Parameters<typeof versions.read>) => {
          looks += 1;
          const found = await versions.read(...asked);
          return looks < 3 ? { ...found, state: 'Pending' } : found;
        },
      },
    });
    await step('heal-0');
    expect(looks).toBe(3);
    expect(await version()).toBe('1');
  });

  it('goes on record before anything is changed', async () => {
    const { world, step, record } = await orders([ROLLBACK]);
    const recorded: unknown[] = [];
    const { point } = world.aliases;
    Object.assign(world, {
      aliases: {
        ...world.aliases,
        point: async (...asked: Parameters<typeof point>) => {
          recorded.push((await record('heal-0'))?.change);
          await point(...asked);
        },
      },
    });
    await step('heal-0');
    expect(recorded).toMatchObject([{ intended: '{"version":"1","weights":{}}' }]);
  });

  it('recognises its own change where the answer was lost, and does not repeat it', async () => {
    const { world, step, record, version } = await orders([ROLLBACK]);
    const { aliases } = world;
    const losing = {
      ...aliases,
      point: async (...asked: Parameters<typeof aliases.point>) => {
        await aliases.point(...asked);
        throw new ServiceUnavailable('lambda:UpdateAlias: timed out');
      },
    };
    Object.assign(world, { aliases: losing });
    await expect(step('heal-0')).rejects.toThrow(ServiceUnavailable);
    Object.assign(world, { aliases });
    await step('heal-0', { attempt: 1 });
    expect(await record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await version()).toBe('1');
    expect(world.versionedFunctions.changes).toHaveLength(1);
  });

  it('stops where someone else has pointed the alias elsewhere meanwhile, and says so', async () => {
    const { world, step, record, version, someoneElsePointsTo } = await orders([
      { ...ROLLBACK, onError: 'continue' },
    ]);
    const { recordChange } = world.store;
    Object.assign(world, {
      store: {
        ...world.store,
        recordChange: async (...asked: Parameters<typeof recordChange>) => {
          const kept = await recordChange(...asked);
          await someoneElsePointsTo('3');
          return kept;
        },
      },
    });
    await step('heal-0');
    expect(await version()).toBe('3');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining(
        'has version 3, neither version 2 as before nor version 1 as intended: someone else has changed it',
      ),
    });
    // Whatever its `onError` says: what is theirs now is not repaired any further.
    expect(world.tokens.completed).toMatchObject([{ error: 'ChangedBySomeoneElse' }]);
  });

  it('goes on after a change of the alias that does not concern it', async () => {
    const { world, step, version } = await orders([ROLLBACK]);
    const { point } = world.aliases;
    let tries = 0;
    Object.assign(world, {
      aliases: {
        ...world.aliases,
        point: async (...asked: Parameters<typeof point>) => {
          tries += 1;
          if (tries === 1)
            await createInProcessClient<LambdaClient>('Lambda', world.versionedFunctions.operations).send(
              new UpdateAliasCommand({ FunctionName: 'orders', Name: 'live', Description: 'theirs' }),
            );
          await point(...asked);
        },
      },
    });
    await step('heal-0');
    expect(tries).toBe(2);
    expect(await version()).toBe('1');
  });

  it('fails without a version to go to, and names those that exist', async () => {
    const { step, record, version } = await orders([FAILS]);
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'alias orders:live: the function has no version 99; it has 1, 2, 3',
    });
    expect(await version()).toBe('2');
  });

  it('names the permission that it lacks, and has changed nothing', async () => {
    const { world, step, record } = await orders([ROLLBACK]);
    const point = () =>
      Promise.reject(new NotPermitted({ action: 'lambda:UpdateAlias', role: 'selfheal-act' }));
    Object.assign(world, { aliases: { ...world.aliases, point } });
    await step('heal-0');
    expect((await record('heal-0'))?.detail).toContain('missing permission: lambda:UpdateAlias');
    expect((await record('heal-0'))?.change).toBeDefined();
  });
});

describe('the undo of a rollback', () => {
  it('points the alias forward again, once', async () => {
    const { world, step, undoSteps, version } = await orders([ROLLBACK, FAILS]);
    await step('heal-0');
    await step('heal-1');
    const undo = await undoSteps();
    expect(undo).toMatchObject([
      { action: { type: 'rollback_deployment', params: { phase: 'undo' } }, undoes: 'heal-1' },
      { action: { type: 'rollback_deployment', params: { phase: 'undo' } }, undoes: 'heal-0' },
    ]);
    for (const one of undo) await step(one.stepId, one);
    expect(await version()).toBe('2');
    expect(world.versionedFunctions.changes).toHaveLength(2);
  });

  it('may be part of a rollback plan for a repair that did not help', async () => {
    const own = { type: 'rollback_deployment', params: { phase: 'undo' } };
    const { step, undoSteps, version } = await orders([{ ...ROLLBACK, onError: 'abort' }], {
      actions: [own],
    });
    await step('heal-0');
    for (const one of await undoSteps()) await step(one.stepId, one);
    expect(await version()).toBe('2');
  });

  it('leaves the alias where someone else has pointed it since', async () => {
    const { step, undoSteps, version, record, someoneElsePointsTo } = await orders([ROLLBACK, FAILS]);
    await step('heal-0');
    await step('heal-1');
    await someoneElsePointsTo('3');
    for (const one of await undoSteps()) await step(one.stepId, one);
    expect(await version()).toBe('3');
    expect(await record('rollback-1')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'alias orders:live has version 3, neither version 1 as before nor version 2 as intended: someone else has changed it, and it is left as it is',
    });
  });

  it('changes nothing where the action never got as far as a change', async () => {
    const { step, undoSteps, version, record } = await orders([FAILS]);
    await step('heal-0');
    for (const one of await undoSteps()) await step(one.stepId, one);
    expect(await version()).toBe('2');
    expect(await record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'alias orders:live was never changed',
    });
  });
});

describe('a health check of a function’s alias', () => {
  it.each([
    ['Active', 'SUCCEEDED'],
    ['Inactive', 'FAILED'],
    ['Pending', 'FAILED'],
    ['Failed', 'FAILED'],
  ] as const)('for a version in state %s ends as %s', async (state, outcome) => {
    const { world, step, record } = await orders([{ type: 'health_check' }]);
    world.versionedFunctions.setState('orders', '2', state);
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome,
      detail: expect.stringMatching(`^orders:live is ${state}`),
    });
    expect(world.versionedFunctions.changes).toEqual([]);
  });
});

describe('a version of the embedded Lambda that is inactive', () => {
  it('fails its first request, is prepared, and then serves', async () => {
    const { world } = await orders([ROLLBACK]);
    const { versionedFunctions: functions } = world;
    functions.setState('orders', '2', 'Inactive');
    const invoke = () => functions.invoke('orders', 'live', {});
    const name = { functionName: 'orders', alias: 'live' };
    expect(invoke).toThrow(expect.objectContaining({ code: 'ResourceConflictException' }));
    expect(await world.aliases.state(name)).toEqual({ state: 'Pending' });
    expect(await world.aliases.state(name)).toEqual({ state: 'Active' });
    expect(invoke).not.toThrow();
  });
});
