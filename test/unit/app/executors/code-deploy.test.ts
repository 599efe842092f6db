import { describe, expect, it } from 'vitest';
import { diagnoseOperation } from '../../../../functions/app/heal/diagnose.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { Revision } from '../../../../local/embedded/code-deploy/deployment-groups.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { runningOperation } from '../../../factories/operations/running-operation.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const GROUP = 'shop/production';
const BACK = { type: 'rollback_deployment', params: { by: 'code_deploy' }, timeoutSeconds: 600 };
const FORWARD = { ...BACK, params: { by: 'code_deploy', phase: 'undo' } };
const revision = (key: string): Revision => ({
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key, bundleType: 'zip' },
});
const MINUTE_MS = 60_000;

/** An operation on two hosts, to which `shop-1.zip` and then `shop-2.zip` were deployed. */
async function shop({
  isDone = true,
  isWatched = false,
  more = [] as readonly object[],
  rollback = {},
} = {}) {
  const world = createWorld(
    configured({
      settings: { repairTimeoutSeconds: 3_600 },
      components: {
        web: withMemoryAlarm({
          codeDeploy: GROUP,
          targets: { instanceIds: [NODE, 'i-00000000000000002'] },
          ...(isWatched && { changes: { graceSeconds: 0 } }),
        }),
      },
      strategies: [{ actions: [BACK, ...more], rollback }],
    }),
  );
  // What is read is read at once: nothing waits for its time-out.
  if (isWatched) Object.assign(world.clock, { sleep: () => new Promise<void>(() => undefined) });
  const groups = world.deploymentGroups;
  groups.create(GROUP);
  world.clock.now -= 2 * MINUTE_MS;
  groups.deploy(GROUP, revision('shop-1.zip'), true);
  world.clock.now += MINUTE_MS;
  const second = groups.deploy(GROUP, revision('shop-2.zip'), isDone);
  if (isWatched)
    await world.changes.recordChange({
      ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: second, resource: GROUP },
      ...{ phase: 'started', atMs: world.clock.now, summary: 'a deployment' },
    });
  world.clock.now += MINUTE_MS;
  world.runbooks.nodes = [node(NODE), node('i-00000000000000002')];
  const running = await runningOperation(world);
  const { steps } = await diagnoseOperation(world, running.operation);
  return {
    ...running,
    ...{ world, groups, second },
    steps: steps.map(({ stepId }) => stepId),
    deployed: () => (groups.lastOf(GROUP).revision['s3Location'] as { readonly key: string }).key,
  };
}

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

  it('fails as CodeDeploy says where the hosts do not take it, and takes no host for gone', async () => {
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

  it('is not stopped by an alarm that the group watches', async () => {
    const run = await shop();
    run.groups.goOff(GROUP);
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.deployed()).toBe('shop-1.zip');
  });

  it('is asked again while another deployment to the group is in progress, and finds its own', async () => {
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
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
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
    expect(await run.step(step.stepId, step)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.groups.effects).toEqual([]);
  });
});
