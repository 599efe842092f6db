import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createAliasShifting, shiftRevision } from '../../../../local/embedded/code-deploy/alias-shifting.ts';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { BACK, GROUP, MINUTE_MS } from './code-deploy-operation.ts';

const ALIAS = 'orders:live';
const rollback = { actions: [{ ...BACK, params: { by: 'code_deploy', phase: 'undo' } }] };

/** An operation on an alias that CodeDeploy has shifted, or is shifting, from version 2 to version 3. */
async function orders({ isDone = true, shifted = ALIAS } = {}) {
  const world = createWorld(
    resourceConfiguration(
      { lambdaAlias: ALIAS },
      { actions: [BACK], rollback },
      { codeDeploy: GROUP, changes: { graceSeconds: 0 } },
    ),
  );
  // What is read is read at once: nothing waits for its time-out.
  Object.assign(world.clock, { sleep: () => new Promise<void>(() => undefined) });
  const functions = world.versionedFunctions;
  for (let version = 0; version < 4; version += 1) functions.publish('orders', () => undefined);
  for (const alias of ['live', 'beta']) functions.createAlias('orders', alias, '2');
  const groups = world.deploymentGroups;
  groups.create(GROUP, 'Lambda', createAliasShifting(functions));
  world.clock.now -= MINUTE_MS;
  const bad = groups.deploy(GROUP, shiftRevision(shifted, '2', '3'), isDone);
  if (!isDone)
    await world.changes.recordChange({
      ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: bad, resource: GROUP },
      ...{ phase: 'started', atMs: world.clock.now, summary: 'a deployment' },
    });
  world.clock.now += MINUTE_MS;
  const running = await runningOperation(world);
  const { aliases } = world;
  return {
    ...running,
    ...{ world, groups, bad },
    pointer: async () => (await aliases.read({ functionName: 'orders', alias: 'live' })).pointer,
    someoneElsePointsTo: async (FunctionVersion: string, AdditionalVersionWeights = {}) =>
      await createInProcessClient<LambdaClient>('Lambda', functions.operations).send(
        new UpdateAliasCommand({
          ...{ FunctionName: 'orders', Name: 'live', FunctionVersion },
          RoutingConfig: { AdditionalVersionWeights },
        }),
      ),
    /** Has what CodeDeploy does end, with what it does next. */
    end: async (stepId: 'heal-0' | 'rollback-0') => {
      world.endDeployments();
      world.endDeployments();
      await running.reconcile();
      return await running.record(stepId);
    },
  };
}

describe('a rollback by CodeDeploy of an alias', () => {
  it('shifts its requests back to the version before, and forward again on undo', async () => {
    const run = await orders();
    expect(await run.pointer()).toEqual({ version: '3', weights: {} });
    await run.step('heal-0');
    expect(await run.end('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [GROUP] });
    expect(await run.pointer()).toEqual({ version: '2', weights: {} });
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    await run.step(step.stepId, step);
    expect(await run.end('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'd-000000011 of the AppSpec c932cfc2af37: Succeeded',
    });
    expect(await run.pointer()).toEqual({ version: '3', weights: {} });
    expect(run.groups.effects.map(({ kind }) => kind)).toEqual(['created', 'created']);
  });

  it('is undone by CodeDeploy’s own rollback while it still shifts, and never leaves two versions', async () => {
    const run = await orders();
    await run.step('heal-0');
    // As CodeDeploy points it while it shifts.
    await run.someoneElsePointsTo('3', { 2: 0.1 });
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    await expect(run.step(step.stepId, step)).rejects.toThrow('is being stopped');
    run.world.endDeployments();
    await run.step(step.stepId, step);
    expect(await run.end('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await run.pointer()).toEqual({ version: '3', weights: {} });
    expect(run.groups.effects.map(({ kind }) => kind)).toEqual(['created', 'stopped']);
  });

  it('stops the suspected deployment while it shifts, and CodeDeploy takes its requests back', async () => {
    const run = await orders({ isDone: false });
    expect(await run.step('heal-0')).toMatchObject({ reference: { id: `codedeploy/${run.bad}/stopped` } });
    expect(await run.end('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await run.pointer()).toEqual({ version: '2', weights: {} });
    expect(run.groups.effects).toMatchObject([{ kind: 'stopped', id: run.bad }]);
  });

  it.each([
    ['another version', '4', {}],
    ['two versions', '3', { 4: 0.2 }],
  ])('leaves an alias alone that someone has pointed to %s since', async (_, version, weights) => {
    const run = await orders();
    await run.someoneElsePointsTo(version, weights);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('and not to version 3'),
    });
    expect(await run.pointer()).toEqual({ version, weights });
    expect(run.groups.effects).toEqual([]);
  });

  it('is not undone over the version to which someone has pointed the alias since', async () => {
    const run = await orders();
    await run.step('heal-0');
    await run.end('heal-0');
    await run.someoneElsePointsTo('4');
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    expect(await run.step(step.stepId, step)).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'shop/production: alias orders:live points to version 4, and not to version 2, from which CodeDeploy would shift it to version 3: it is left as it is',
    });
    expect(await run.pointer()).toEqual({ version: '4', weights: {} });
  });

  it('has nothing to undo where the version is there again', async () => {
    const run = await orders();
    await run.step('heal-0');
    await run.end('heal-0');
    await run.someoneElsePointsTo('3');
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    expect(await run.step(step.stepId, step)).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'd-000000006 of the AppSpec c932cfc2af37 is there again',
    });
    expect(run.groups.effects).toHaveLength(1);
  });

  it('changes nothing where the group has shifted another alias', async () => {
    const run = await orders({ shifted: 'orders:beta' });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('it shifts the alias orders:beta, and not orders:live'),
    });
    expect(run.groups.effects).toEqual([]);
  });

  it('waits where an earlier try may have deployed what CodeDeploy does not list yet', async () => {
    const run = await orders();
    const { codeDeployments } = run.world;
    const hidden: string[] = [];
    const since: typeof codeDeployments.since = async (...args) =>
      (await codeDeployments.since(...args)).filter(({ id }) => !hidden.includes(id));
    const create: typeof codeDeployments.create = async (...args) => {
      hidden.push(await codeDeployments.create(...args));
      throw new ServiceUnavailable('the answer is lost');
    };
    const world = { ...run.world, codeDeployments: { ...codeDeployments, since, create } };
    await expect(run.step('heal-0', {}, world)).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await expect(run.step('heal-0', {}, world)).rejects.toThrow('may have deployed what is not listed yet');
    hidden.pop();
    await run.step('heal-0', {}, world);
    expect(await run.end('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.groups.effects).toHaveLength(1);
  });
});
