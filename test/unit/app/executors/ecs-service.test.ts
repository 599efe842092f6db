import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { orders, revision } from './ecs-operation.ts';

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

  it('does not begin again while ECS does not show yet that it began', async () => {
    const run = await orders([{ type: 'restart_service' }]);
    const { services } = run.world;
    const before = await run.service();
    const losing = async (...asked: Parameters<typeof services.redeploy>) => {
      await services.redeploy(...asked);
      throw new ServiceUnavailable('ecs:UpdateService: timed out');
    };
    Object.assign(run.world, { services: { ...services, read: async () => before, redeploy: losing } });
    await expect(run.step('heal-0')).rejects.toThrow('timed out');
    await expect(run.step('heal-0', { attempt: 1 })).rejects.toThrow(
      'a new deployment of prod/orders may have been begun by an earlier try whose answer was lost',
    );
    Object.assign(run.world, { services });
    await run.step('heal-0', { attempt: 2 });
    expect(run.world.serviceCluster.changes).toMatchObject([{ kind: 'redeployed' }]);
    const [newest] = (await run.service()).deployments;
    expect(await run.record('heal-0')).toMatchObject({ reference: { id: `prod/orders/${newest?.id}` } });
  });

  it('begins though its last check before that fails', async () => {
    const run = await orders([{ type: 'restart_service' }]);
    const { services } = run.world;
    let looks = 0;
    const read = async (...asked: Parameters<typeof services.read>) => {
      looks += 1;
      if (looks === 2) throw new ServiceUnavailable('ecs:DescribeServices: throttled');
      return await services.read(...asked);
    };
    Object.assign(run.world, { services: { ...services, read } });
    await run.step('heal-0');
    expect(run.world.serviceCluster.changes).toMatchObject([{ kind: 'redeployed' }]);
  });

  it('begins once where the same step is tried twice at the same time', async () => {
    const run = await orders([{ type: 'restart_service' }]);
    const tries = await Promise.allSettled([run.step('heal-0'), run.step('heal-0')]);
    expect(run.world.serviceCluster.changes).toMatchObject([{ kind: 'redeployed' }]);
    expect(tries.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([
      expect.any(ServiceUnavailable),
    ]);
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
    expect(await run.record('rollback-0')).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'desired count of prod/orders has 7, neither 4 as before nor 2 as intended: someone else has changed it, and it is left as it is',
    });
  });

  it('become as many as before though ECS shows that number already, from before they became more', async () => {
    const run = await orders([SCALE], { actions: [UNDO] });
    const { services } = run.world;
    const before = await run.service();
    await run.step('heal-0');
    Object.assign(run.world, { services: { ...services, read: async () => before } });
    for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    Object.assign(run.world, { services });
    expect((await run.service()).desiredCount).toBe(2);
  });

  it('show in a health check, which changes nothing', async () => {
    const run = await orders([{ type: 'health_check' }]);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'prod/orders: 2 of 2 tasks run',
    });
    expect(run.world.serviceCluster.changes).toEqual([]);
  });
});
