import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { SuspectedChange } from '../../../../functions/core/diagnosis/cause.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createInProcessEcsClient } from '../../../../local/embedded/ecs/service-cluster.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const BACK = { type: 'rollback_deployment', timeoutSeconds: 600 };
const FORWARD = { type: 'rollback_deployment', params: { phase: 'undo' }, timeoutSeconds: 600 };
const NAME = { cluster: 'prod', service: 'orders' };

/** An operation on a service that runs two tasks of revision 2 of its three. */
async function orders(actions: readonly object[], rollback: object = {}) {
  const world = createWorld(resourceConfiguration({ ecsService: 'prod/orders' }, { actions, rollback }));
  const cluster = world.serviceCluster;
  const [, second = '', third = ''] = [1, 2, 3].map(() => cluster.register('orders'));
  cluster.create('prod', 'orders', second, 2);
  const running = await runningOperation(world);
  const update = async (input: object) =>
    await createInProcessEcsClient(cluster).send(new UpdateServiceCommand({ ...NAME, ...input }));
  return {
    ...running,
    ...{ world, third },
    service: () => world.services.read(NAME),
    someoneElse: {
      deploys: (taskDefinition: string) => update({ taskDefinition }),
      scales: (desiredCount: number) => update({ desiredCount }),
    },
    undoSteps: () => running.undoSteps(1_800_000),
  };
}

const revision = async ({
  service,
}: {
  readonly service: () => Promise<{ readonly taskDefinition: string }>;
}) => (await service()).taskDefinition.split(':').at(-1);

describe('a rollback of a service of ECS', () => {
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
    expect(await run.record('heal-0')).toMatchObject({ failsAs: 'ChangedBySomeoneElse' });
  });

  describe('of a deployment in progress', () => {
    /** An operation that is to roll back the deployment with this id. */
    async function rollingBack(changeOf: (primary: string) => string) {
      const run = await orders([BACK]);
      await run.someoneElse.deploys(run.third);
      const primary = (await run.service()).deployments.find(({ isPrimary }) => isPrimary)?.id ?? '';
      const { store } = run.world;
      const getOperation: typeof store.getOperation = async (operationId) => {
        const operation = await store.getOperation(operationId);
        return operation && { ...operation, alert: { ...operation.alert, change } };
      };
      const change: SuspectedChange = {
        ...{ changeId: changeOf(primary), source: 'ecs', kind: 'deployment', summary: 'v3' },
        ...{ startedAtMs: run.world.clock.now - 600_000, isInProgress: true },
      };
      Object.assign(run.world, { store: { ...store, getOperation } });
      return run;
    }

    it('goes back from that deployment', async () => {
      const run = await rollingBack((primary) => primary);
      await run.step('heal-0');
      expect(await revision(run)).toBe('2');
      // A repetition finds the deployment that it began itself.
      await run.step('heal-0');
      expect(await run.record('heal-0')).not.toHaveProperty('outcome');
    });

    it('leaves a deployment alone that has replaced it, and ends the operation', async () => {
      const run = await rollingBack(() => 'ecs-svc/another');
      await run.step('heal-0');
      expect(await revision(run)).toBe('3');
      expect(await run.record('heal-0')).toMatchObject({
        ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', onError: 'abort' },
        detail: expect.stringMatching(/primary deployment is ecs-svc\/.* of orders:3, not ecs-svc\/another/),
      });
    });
  });

  it('that ECS gives up has failed, in the words of ECS', async () => {
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

  it('whose deployment someone else replaces has failed', async () => {
    const run = await orders([BACK]);
    await run.step('heal-0');
    await run.someoneElse.deploys(run.third);
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('was replaced by'),
    });
  });

  it('whose answer was lost deploys once, and waits for that deployment', async () => {
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
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('is undone by deploying the revision again that it replaced', async () => {
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

  it('is not undone over what someone else has deployed since', async () => {
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
    });
  });

  it('that changed nothing is undone without waiting for what someone else deploys', async () => {
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

  it('that never becomes steady is timed out, and not stopped', async () => {
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

  it('that nobody began before its time-out was not begun', async () => {
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

  it('whose change is on record may have been begun', async () => {
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

describe('a restart of a service of ECS', () => {
  it('replaces the tasks by new ones of the same revision, once', async () => {
    const run = await orders([{ type: 'restart_service' }]);
    const { services } = run.world;
    const losing = {
      ...services,
      redeploy: async (...asked: Parameters<typeof services.redeploy>) => {
        await services.redeploy(...asked);
        throw new ServiceUnavailable('ecs:UpdateService: timed out');
      },
    };
    Object.assign(run.world, { services: losing });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    Object.assign(run.world, { services });
    await run.step('heal-0', { attempt: 1 });
    expect(run.world.serviceCluster.changes).toMatchObject([{ kind: 'redeployed' }]);
    expect(await revision(run)).toBe('2');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('stops where someone else has deployed something meanwhile', async () => {
    const run = await orders([{ type: 'restart_service' }]);
    const { recordChange } = run.world.store;
    Object.assign(run.world, {
      store: {
        ...run.world.store,
        recordChange: async (...asked: Parameters<typeof recordChange>) => {
          const kept = await recordChange(...asked);
          await run.someoneElse.deploys(run.third);
          return kept;
        },
      },
    });
    await run.step('heal-0');
    expect(run.world.serviceCluster.changes).toMatchObject([{ kind: 'deployed' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('prod/orders has orders:3 now, not orders:2'),
    });
  });
});

describe('the tasks of a service of ECS', () => {
  const SCALE = { type: 'scale_resources', params: { add: 2, atMost: 10 } };
  const UNDO = { type: 'scale_resources', params: { phase: 'undo' } };

  it('become more, within bounds, and as many as before again', async () => {
    const run = await orders([SCALE], { actions: [UNDO] });
    await run.step('heal-0');
    expect((await run.service()).desiredCount).toBe(4);
    for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    expect((await run.service()).desiredCount).toBe(2);
  });

  it('stay as many as someone else, or auto scaling, wants since', async () => {
    const run = await orders([SCALE], { actions: [UNDO] });
    await run.step('heal-0');
    await run.someoneElse.scales(7);
    for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    expect((await run.service()).desiredCount).toBe(7);
    expect(await run.record('rollback-0')).toMatchObject({ failsAs: 'ChangedBySomeoneElse' });
  });

  it('are counted by a health check, which changes nothing', async () => {
    const run = await orders([{ type: 'health_check' }]);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'prod/orders: 2 of 2 tasks run',
    });
    expect(run.world.serviceCluster.changes).toEqual([]);
  });
});
