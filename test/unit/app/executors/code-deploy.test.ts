import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { GROUP, MINUTE_MS, revision, shop } from './code-deploy-operation.ts';

describe('a rollback by CodeDeploy', () => {
  it('deploys the revision before to the group, once, and ends when that has succeeded', async () => {
    const run = await shop({ more: [{ type: 'start_component' }] });
    // heal-3 would go back once more.
    expect(run.steps).toEqual(['heal-0', 'heal-1', 'heal-2', 'heal-4', 'heal-5']);
    const begun = await run.step('heal-0');
    expect(begun).toMatchObject({
      reference: { executor: 'resource', id: expect.stringMatching(/^codedeploy\/d-/) },
      targets: [GROUP],
    });
    expect(run.deployed()).toBe('shop-1.zip');
    expect(run.world.runbooks.sent.map(({ parameters }) => parameters['stepId'])).not.toContain('heal-0');
    await run.reconcile();
    expect(run.world.tokens.completed).toEqual([]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringMatching(/of s3:\/\/releases\/shop-1.zip: Succeeded/),
    });
    expect(run.world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it('does not touch the hosts itself, nor lay them out in batches', async () => {
    const { operation, world } = await shop();
    expect((await world.store.getOperation(operation.operationId))?.layout).toBeUndefined();
    expect(world.runbooks.sent).toEqual([]);
  });

  it('fails as CodeDeploy says where the hosts reject it, and counts no host as gone', async () => {
    const run = await shop({ more: [{ type: 'start_component' }] });
    run.groups.behave(revision('shop-1.zip'), { takesMs: 0, succeeds: false });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('HEALTH_CONSTRAINTS'),
      targets: [GROUP],
    });
  });

  it('changes nothing where there is no earlier revision, or no such group', async () => {
    const run = await shop();
    const { groups } = run;
    groups.create(GROUP);
    groups.deploy(GROUP, revision('shop-2.zip'), true);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('no earlier revision was deployed successfully'),
    });
    expect(groups.effects).toEqual([]);
  });

  it('leaves a deployment in progress alone that is not the suspect', async () => {
    const run = await shop({ isDone: false });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      onError: 'abort',
      detail:
        'shop/production: d-000000001 of s3://releases/shop-2.zip is in progress, and is not the change to be rolled back: it is left as it is',
    });
    expect(run.groups.effects).toEqual([]);
  });

  it('stops the suspect in progress, and waits until CodeDeploy has gone back from it', async () => {
    const run = await shop({ isDone: false, isWatched: true });
    expect(run.operation.alert.change).toMatchObject({ changeId: run.second, isInProgress: true });
    expect(await run.step('heal-0')).toMatchObject({
      reference: { id: `codedeploy/${run.second}/stopped` },
    });
    await run.reconcile();
    expect(run.world.tokens.completed).toEqual([]);
    // It stops, and then the rollback succeeds.
    run.world.endDeployments();
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.groups.effects).toMatchObject([{ kind: 'stopped', id: run.second }]);
    expect(run.deployed()).toBe('shop-1.zip');
  });

  it('fails if the suspect succeeds before it can be stopped', async () => {
    const run = await shop({ isDone: false, isWatched: true });
    const { codeDeployments } = run.world;
    // The stop is accepted, and comes too late.
    const world = { ...run.world, codeDeployments: { ...codeDeployments, stop: async () => true } };
    await run.step('heal-0', {}, world);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('succeeded before it could be stopped'),
    });
  });

  it('deploys the revision before where the suspect ended as it was to be stopped', async () => {
    const run = await shop({ isDone: false, isWatched: true });
    const { codeDeployments } = run.world;
    const stop = async () => {
      run.world.endDeployments();
      return await codeDeployments.stop(run.second, true);
    };
    const world = { ...run.world, codeDeployments: { ...codeDeployments, stop } };
    await expect(run.step('heal-0', {}, world)).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    expect(run.deployed()).toBe('shop-1.zip');
    expect(run.groups.effects).toMatchObject([{ kind: 'created' }]);
  });

  it('fails where CodeDeploy has not gone back for minutes from what was stopped', async () => {
    const run = await shop({ isDone: false, isWatched: true });
    const { codeDeployments } = run.world;
    const stop = async () => await codeDeployments.stop(run.second, false);
    const world = { ...run.world, codeDeployments: { ...codeDeployments, stop } };
    await run.step('heal-0', {}, world);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).not.toHaveProperty('outcome');
    run.world.clock.now += 10 * MINUTE_MS;
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('CodeDeploy has not gone back from it'),
    });
  });

  it('goes on though an alarm that the group watches is red', async () => {
    const run = await shop();
    run.groups.goOff(GROUP);
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.deployed()).toBe('shop-1.zip');
  });

  it('tries again while another deployment to the group is in progress, and finds its own', async () => {
    const run = await shop();
    run.groups.deploy(GROUP, revision('shop-2.zip'), false, 'autoscaling');
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    const first = await run.step('heal-0');
    const again = await run.step('heal-0');
    expect(again?.reference).toEqual(first?.reference);
    expect(run.groups.effects).toHaveLength(1);
  });
});
