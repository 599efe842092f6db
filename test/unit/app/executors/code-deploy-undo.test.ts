import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { BACK, GROUP, MINUTE_MS, revision, shop } from './code-deploy-operation.ts';

const FORWARD = { ...BACK, params: { by: 'code_deploy', phase: 'undo' } };

describe('the undo of a rollback by CodeDeploy', () => {
  const rollback = { actions: [FORWARD] };

  it('deploys the revision from before the rollback again', async () => {
    const run = await shop({ rollback });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    await run.step(step.stepId, step);
    expect(run.deployed()).toBe('shop-2.zip');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [GROUP] });
  });

  it('stops the rollback first, if that is still in progress', async () => {
    const run = await shop({ rollback });
    await run.step('heal-0');
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    await expect(run.step(step.stepId, step)).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await run.step(step.stepId, step);
    expect(run.groups.effects.map(({ kind }) => kind)).toEqual(['created', 'stopped', 'created']);
    expect(run.deployed()).toBe('shop-2.zip');
  });

  it('leaves what someone else has deployed since', async () => {
    const run = await shop({ rollback });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    run.world.clock.now += MINUTE_MS;
    run.groups.deploy(GROUP, revision('shop-3.zip'), true);
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    expect(await run.step(step.stepId, step)).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'shop/production: d-000000003 of s3://releases/shop-3.zip is deployed since d-000000001: someone else has deployed it, and it is left as it is',
    });
    expect(run.deployed()).toBe('shop-3.zip');
  });

  it.each([
    ['Succeeded', true],
    ['InProgress', false],
  ])('succeeds where CodeDeploy has brought the revision back itself: %s', async (_, isDone) => {
    const run = await shop({ rollback });
    const begun = await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    run.world.clock.now += MINUTE_MS;
    const back = begun?.reference?.id.split('/')[1];
    run.groups.deploy(GROUP, revision('shop-2.zip'), isDone, 'codeDeployRollback', back);
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    await run.step(step.stepId, step);
    run.world.endDeployments();
    if (!isDone) await run.reconcile();
    expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.groups.effects).toHaveLength(1);
  });

  it('deploys again what Selfheal has stopped', async () => {
    const run = await shop({ rollback, isDone: false, isWatched: true });
    await run.step('heal-0');
    run.world.endDeployments();
    run.world.endDeployments();
    await run.reconcile();
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    await run.step(step.stepId, step);
    expect(run.deployed()).toBe('shop-2.zip');
  });

  it('waits for minutes for CodeDeploy to go back from what was stopped, and then leaves it', async () => {
    const run = await shop({ rollback, isDone: false, isWatched: true });
    const { codeDeployments } = run.world;
    const stop = async () => await codeDeployments.stop(run.second, false);
    const world = { ...run.world, codeDeployments: { ...codeDeployments, stop } };
    await run.step('heal-0', {}, world);
    run.world.endDeployments();
    run.world.clock.now += 4 * MINUTE_MS;
    await run.reconcile();
    run.world.clock.now += 10 * MINUTE_MS;
    await run.reconcile();
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    const late = run.world.clock.now;
    run.world.clock.now -= 14 * MINUTE_MS;
    await expect(run.step(step.stepId, step)).rejects.toThrow(ServiceUnavailable);
    run.world.clock.now = late;
    expect(await run.step(step.stepId, step)).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('CodeDeploy has not gone back from it'),
    });
    expect(run.groups.effects).toMatchObject([{ kind: 'stopped' }]);
  });

  it('leaves a rollback that the group itself has begun', async () => {
    const run = await shop({ rollback, isDone: false, isWatched: true });
    const { codeDeployments } = run.world;
    // The deployment fails before it is stopped, and CodeDeploy goes back by itself.
    const stop = async () => {
      run.world.endDeployments();
      run.world.clock.now += MINUTE_MS;
      run.groups.deploy(GROUP, revision('shop-1.zip'), true, 'codeDeployRollback', run.second);
      return await codeDeployments.stop(run.second, true);
    };
    const world = { ...run.world, codeDeployments: { ...codeDeployments, stop } };
    await expect(run.step('heal-0', {}, world)).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'd-000000002 of s3://releases/shop-1.zip: Succeeded',
    });
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    expect(await run.step(step.stepId, step)).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('own rollback'),
    });
    expect(run.groups.effects).toEqual([]);
  });

  it('does nothing where nothing was deployed', async () => {
    const run = await shop({ rollback });
    const [step] = await run.undoSteps();
    if (!step) throw new Error('nothing is undone');
    expect(await run.step(step.stepId, step)).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'nothing was deployed to shop/production',
    });
    expect(run.groups.effects).toEqual([]);
  });
});
