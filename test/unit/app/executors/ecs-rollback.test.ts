import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { orders, revision } from './ecs-operation.ts';

const BACK = { type: 'rollback_deployment', timeoutSeconds: 600 };

const FORWARD = { type: 'rollback_deployment', params: { phase: 'undo' }, timeoutSeconds: 600 };

describe('a rollback of a service of ECS', () => {
  it('passes over revisions that were registered, and never deployed', async () => {
    const run = await orders([BACK]);
    const { serviceCluster: cluster } = run.world;
    await run.someoneElse.deploys(cluster.register('orders'));
    run.world.endDeployments();
    await run.step('heal-0');
    expect(await revision(run)).toBe('2');
  });

  it('deploys the revision before, and ends when that is steady', async () => {
    const run = await orders([BACK]);
    await run.step('heal-0');
    expect(await revision(run)).toBe('1');
    expect(await run.record('heal-0')).toMatchObject({
      reference: { executor: 'resource', id: expect.stringMatching(/^prod\/orders\/ecs-svc\//) },
      targets: ['prod/orders'],
    });
    expect(run.world.tokens.completed).toEqual([]);
    await run.reconcile();
    expect(run.world.tokens.completed).toEqual([]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      change: { intended: expect.stringContaining('orders:1') },
    });
    expect(run.world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it('goes back to what still runs while a bad revision does not come up', async () => {
    const run = await orders([BACK]);
    const bad = run.world.serviceCluster.register('orders', { startsAfterMs: 0, staysUp: false });
    await run.someoneElse.deploys(bad);
    run.world.endDeployments();
    await run.step('heal-0');
    expect(await revision(run)).toBe('2');
  });

  it('goes back to what still runs though two bad revisions were deployed after it', async () => {
    const run = await orders([BACK]);
    const deploysBad = async () =>
      run.someoneElse.deploys(
        run.world.serviceCluster.register('orders', { startsAfterMs: 0, staysUp: false }),
      );
    await deploysBad();
    run.world.endDeployments();
    await deploysBad();
    await run.step('heal-0');
    expect(await revision(run)).toBe('2');
  });

  it('stops where someone else deploys something between the looks at it', async () => {
    const run = await orders([BACK]);
    const { services } = run.world;
    let looks = 0;
    const read: typeof services.read = async (name) => {
      const found = await services.read(name);
      looks += 1;
      if (looks === 1) await run.someoneElse.deploys(run.third);
      return found;
    };
    Object.assign(run.world, { services: { ...services, read } });
    await run.step('heal-0');
    expect(await revision(run)).toBe('3');
    expect(await run.record('heal-0')).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'task definition of prod/orders has orders:3, neither orders:2 as before nor orders:1 as intended: someone else has changed it, and it is left as it is',
    });
  });

  it.each([
    ['rollback', BACK, 'CODE_DEPLOY', 'stop or roll back the deployment in CodeDeploy'],
    ['restart', { type: 'restart_service', timeoutSeconds: 600 }, 'CODE_DEPLOY', 'in CodeDeploy'],
    [
      'change of size',
      { type: 'increase_resources', params: { ladder: [{ memoryMiB: 4_096 }] }, timeoutSeconds: 600 },
      'EXTERNAL',
      'deployment controller is EXTERNAL',
    ],
  ] as const)('fails with words where another controller deploys the service: a %s', async (...given) => {
    const [, action, controller, words] = given;
    const run = await orders([action]);
    const { taskDefinition } = await run.service();
    const { serviceCluster: cluster } = run.world;
    cluster.create('prod', 'orders', taskDefinition, 2, controller);
    const before = cluster.changes.length;
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(words),
    });
    expect(cluster.changes).toHaveLength(before);
  });

  it('fails if ECS gives it up, in the words of ECS', async () => {
    const run = await orders([{ ...BACK, params: { revision: 4 } }]);
    run.world.serviceCluster.register('orders', { startsAfterMs: 0, staysUp: false });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('circuit breaker'),
    });
  });

  it('fails if someone else replaces its deployment', async () => {
    const run = await orders([BACK]);
    await run.step('heal-0');
    await run.someoneElse.deploys(run.third);
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('was replaced by'),
    });
  });

  it('deploys once where its answer was lost, and waits for that deployment', async () => {
    const run = await orders([BACK]);
    const { services } = run.world;
    const losing = {
      ...services,
      deploy: async (...asked: Parameters<typeof services.deploy>) => {
        await services.deploy(...asked);
        throw new ServiceUnavailable('ecs:UpdateService: timed out');
      },
    };
    Object.assign(run.world, { services: losing });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    Object.assign(run.world, { services });
    await run.step('heal-0', { attempt: 1 });
    expect(run.world.serviceCluster.changes).toHaveLength(1);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'prod/orders: deployment ecs-svc/deployment0 of orders:1 has reached a steady state',
    });
  });

  it('has an undo that deploys the revision again that it replaced', async () => {
    const run = await orders([BACK], { actions: [FORWARD] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    expect(await revision(run)).toBe('2');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('stays in place where someone else has deployed since', async () => {
    const run = await orders([BACK], { actions: [FORWARD] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    await run.someoneElse.deploys(run.third);
    for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    expect(await revision(run)).toBe('3');
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'task definition of prod/orders has orders:3, neither orders:1 as before nor orders:2 as intended: someone else has changed it, and it is left as it is',
    });
  });

  it('waits for nobody’s deployment in its undo if it changed nothing', async () => {
    const already = { ...BACK, params: { revision: 2 } };
    const run = await orders([already], { actions: [FORWARD] });
    await run.step('heal-0');
    await run.someoneElse.deploys(run.third);
    for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'task definition of prod/orders was never changed',
    });
  });

  it('times out if it never becomes steady, and is not stopped', async () => {
    const run = await orders([BACK]);
    await run.step('heal-0');
    const { reference } = (await run.record('heal-0')) ?? {};
    run.world.clock.now += 700_000;
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail: `no end after its time-out; deployment ${reference?.id} was not stopped, and goes on; last seen: prod/orders: the deployment is in progress`,
    });
  });

  it('counts as not begun if nobody began it before its time-out', async () => {
    const run = await orders([BACK]);
    const failing = { recordChange: () => Promise.reject(new ServiceUnavailable('throttled')) };
    const { store } = run.world;
    Object.assign(run.world, { store: { ...store, ...failing } });
    await expect(run.step('heal-0')).rejects.toThrow('throttled');
    Object.assign(run.world, { store });
    run.world.clock.now += 700_000;
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      action: 'rollback_deployment',
      outcome: 'TIMED_OUT',
      detail: 'nothing was begun',
    });
  });

  it('counts as possibly begun if its change is on record', async () => {
    const run = await orders([BACK]);
    const { services } = run.world;
    const deploy = () => Promise.reject(new ServiceUnavailable('ecs:UpdateService: timed out'));
    Object.assign(run.world, { services: { ...services, deploy } });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.clock.now += 700_000;
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail: 'no end after its time-out; it may have been begun, and it is not known whether it has ended',
    });
  });
});
