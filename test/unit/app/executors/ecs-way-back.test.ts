import { describe, expect, it } from 'vitest';
import type { SuspectedChange } from '../../../../functions/core/diagnosis/cause.ts';
import {
  NotFound,
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
  TargetBusy,
} from '../../../../functions/ports/errors.ts';
import { orders, revision } from './ecs-operation.ts';

const BACK = { type: 'rollback_deployment', timeoutSeconds: 600 };
const FORWARD = { type: 'rollback_deployment', params: { phase: 'undo' }, timeoutSeconds: 600 };
const ARN = 'arn:aws:ecs:us-east-1:000000000000:service-deployment/prod/orders/0000000000000000001';

type Run = Awaited<ReturnType<typeof orders>>;
type Services = Run['world']['services'];

/** An operation that is to roll back the deployment of revision 3, or another with the id that `changeOf` gives. */
async function rollingBack({
  changeOf = (primary: string) => primary,
  action = BACK as object,
  before = async (_: Run): Promise<unknown> => undefined,
} = {}) {
  const run = await orders([action], { actions: [FORWARD] });
  await before(run);
  await run.someoneElse.deploys(run.third);
  const primary = (await run.service()).deployments.find(({ isPrimary }) => isPrimary)?.id ?? '';
  const { store } = run.world;
  const change: SuspectedChange = {
    ...{ changeId: changeOf(primary), source: 'ecs', kind: 'deployment', summary: 'v3' },
    ...{ startedAtMs: run.world.clock.now - 600_000, isInProgress: true },
  };
  const getOperation: typeof store.getOperation = async (operationId) => {
    const operation = await store.getOperation(operationId);
    return operation && { ...operation, alert: { ...operation.alert, change } };
  };
  const asked: string[] = [];
  const { services } = run.world;
  const noting = {
    goBack: async (arn: string) => {
      asked.push(`go back from ${arn}`);
      await services.goBack(arn);
    },
    deploy: async (...[name, definition]: Parameters<Services['deploy']>) => {
      asked.push(`deploy ${definition.split('/').at(-1)}`);
      return await services.deploy(name, definition);
    },
  };
  const replace = (other: Partial<Services>) =>
    Object.assign(run.world, { services: { ...run.world.services, ...other } });
  replace(noting);
  Object.assign(run.world, { store: { ...store, getOperation } });
  return { ...run, asked, replace };
}

const refusals = [
  new RequestRefused('ecs:StopServiceDeployment: ConflictException: it is in another state'),
  new RequestRefused('ecs:StopServiceDeployment: UnsupportedFeatureException: not in this Region'),
  new NotFound('ecs:StopServiceDeployment: ServiceDeploymentNotFoundException: not found'),
];

describe('a rollback of a deployment of ECS in progress', () => {
  it('has ECS stop that deployment, and ends when ECS has gone back', async () => {
    const run = await rollingBack();
    await run.step('heal-0');
    expect(run.asked).toEqual([`go back from ${ARN}`]);
    expect(await run.record('heal-0')).toMatchObject({
      reference: { executor: 'resource', id: `prod/orders/${ARN}` },
      change: { before: expect.stringContaining('orders:3'), intended: expect.stringContaining('orders:2') },
    });
    for (const status of ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS']) {
      expect(await run.world.services.course(ARN)).toMatchObject({ status });
      await run.reconcile();
      expect(await run.record('heal-0')).not.toHaveProperty('outcome');
      run.world.endDeployments();
    }
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('ECS has gone back from service deployment'),
    });
    expect(await revision(run)).toBe('2');
  });

  it('fails if the earlier tasks do not come up again', async () => {
    const run = await rollingBack({
      before: async ({ world, someoneElse }) => {
        const once = { startsAfterMs: 0, staysUp: true };
        await someoneElse.deploys(world.serviceCluster.register('orders', once));
        world.endDeployments();
        once.staysUp = false;
      },
    });
    await run.step('heal-0');
    run.world.endDeployments();
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('ROLLBACK_FAILED'),
    });
  });

  it('fails if someone else deploys before ECS has gone back', async () => {
    const run = await rollingBack();
    await run.step('heal-0');
    await run.someoneElse.deploys(run.world.serviceCluster.register('orders'));
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('STOPPED'),
    });
    expect(await revision(run)).toBe('4');
  });

  it('asks again where its answer was lost, and ECS goes back once', async () => {
    const run = await rollingBack();
    const { goBack } = run.world.services;
    run.replace({
      goBack: async (arn) => {
        await goBack(arn);
        throw new ServiceUnavailable('ecs:StopServiceDeployment: timed out');
      },
    });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.replace({ goBack });
    await run.step('heal-0', { attempt: 1 });
    expect(run.asked).toEqual([`go back from ${ARN}`, `go back from ${ARN}`]);
    run.world.endDeployments();
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'prod/orders: ECS has gone back from service deployment 0000000000000000001',
    });
    const backs = run.world.serviceCluster.changes.filter(({ after }) => after.endsWith(':2'));
    expect(backs).toHaveLength(1);
  });

  it('follows the earlier tasks where ECS has begun to bring them back before the repetition', async () => {
    const run = await rollingBack();
    const { goBack } = run.world.services;
    run.replace({
      goBack: async (arn) => {
        await goBack(arn);
        throw new ServiceUnavailable('ecs:StopServiceDeployment: timed out');
      },
    });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.replace({ goBack });
    run.world.endDeployments();
    await run.step('heal-0', { attempt: 1 });
    run.world.endDeployments();
    await run.reconcile();
    expect(run.asked).toEqual([`go back from ${ARN}`]);
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it.each(refusals)('deploys the revision before where ECS refuses: $message', async (refusal) => {
    const run = await rollingBack();
    run.replace({ goBack: () => Promise.reject(refusal) });
    await run.step('heal-0');
    expect(run.asked).toEqual(['deploy orders:2']);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('deploys nothing where ECS refuses because someone else has deployed', async () => {
    const run = await rollingBack();
    run.replace({
      goBack: async () => {
        await run.someoneElse.deploys(run.world.serviceCluster.register('orders'));
        throw refusals[0];
      },
    });
    await run.step('heal-0');
    expect(run.asked).toEqual([]);
    expect(await revision(run)).toBe('4');
    expect(await run.record('heal-0')).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'task definition of prod/orders has orders:4, neither orders:3 as before nor orders:2 as intended: someone else has changed it, and it is left as it is',
    });
  });

  it('does not take a missing permission for a refusal', async () => {
    const run = await rollingBack();
    const denied = new NotPermitted({ action: 'ecs:StopServiceDeployment' }, { words: 'not authorized' });
    run.replace({ goBack: () => Promise.reject(denied) });
    await run.step('heal-0').catch(() => undefined);
    expect(run.asked).toEqual([]);
    expect(await revision(run)).toBe('3');
  });

  it('deploys the revision before where the deployment is complete', async () => {
    const run = await rollingBack();
    run.world.endDeployments();
    await run.step('heal-0');
    expect(run.asked).toEqual(['deploy orders:2']);
  });

  it('deploys the revision before where ECS keeps no service deployment', async () => {
    const run = await rollingBack();
    run.replace({ course: () => Promise.reject(new NotFound('MISSING')) });
    await run.step('heal-0');
    expect(run.asked).toEqual(['deploy orders:2']);
  });

  it.each([
    ['is being stopped without a rollback', { status: 'STOP_REQUESTED' }],
    ['replaces nothing', { replaces: [] }],
  ])('deploys the revision before where the service deployment %s', async (_, other) => {
    const run = await rollingBack();
    const { course } = run.world.services;
    run.replace({ course: async (arn) => ({ ...(await course(arn)), ...other }) });
    await run.step('heal-0');
    expect(run.asked).toEqual(['deploy orders:2']);
  });

  it('deploys the last good revision where ECS might go back to another that it replaces, too', async () => {
    const run = await rollingBack({
      before: async ({ world, someoneElse }) =>
        await someoneElse.deploys(world.serviceCluster.register('orders')),
    });
    await run.step('heal-0');
    expect(run.asked).toEqual(['deploy orders:2']);
  });

  it('deploys the revision that a strategy names', async () => {
    const run = await rollingBack({ action: { ...BACK, params: { revision: 1 } } });
    await run.step('heal-0');
    expect(run.asked).toEqual(['deploy orders:1']);
  });

  it('waits while ECS is going back by itself, and then changes nothing', async () => {
    const run = await rollingBack();
    await run.world.services.goBack(ARN);
    run.asked.splice(0);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.world.endDeployments();
    run.world.endDeployments();
    await run.step('heal-0', { attempt: 1 });
    expect(run.asked).toEqual([]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('the primary deployment is'),
    });
  });

  it('leaves a deployment alone that has replaced it, and ends the operation', async () => {
    const run = await rollingBack({ changeOf: () => 'ecs-svc/another' });
    await run.step('heal-0');
    expect(run.asked).toEqual([]);
    expect(await revision(run)).toBe('3');
    expect(await run.record('heal-0')).toMatchObject({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', onError: 'abort' },
      detail: expect.stringMatching(/primary deployment is ecs-svc\/.* of orders:3, not ecs-svc\/another/),
    });
  });

  describe('has an undo that', () => {
    const undone = async (run: Awaited<ReturnType<typeof rollingBack>>) => {
      for (const one of await run.undoSteps()) await run.step(one.stepId, one);
    };

    it('deploys the stopped revision again', async () => {
      const run = await rollingBack();
      await run.step('heal-0');
      run.world.endDeployments();
      run.world.endDeployments();
      await run.reconcile();
      await undone(run);
      run.world.endDeployments();
      await run.reconcile();
      expect(await revision(run)).toBe('3');
      expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    });

    it('waits while ECS is only about to go back', async () => {
      const run = await rollingBack();
      await run.step('heal-0');
      run.world.clock.now += 700_000;
      await run.reconcile();
      await expect(undone(run)).rejects.toThrow(TargetBusy);
      expect(run.asked).toEqual([`go back from ${ARN}`]);
    });

    it('leaves alone what someone else has deployed since', async () => {
      const run = await rollingBack();
      await run.step('heal-0');
      run.world.endDeployments();
      run.world.endDeployments();
      await run.reconcile();
      await run.someoneElse.deploys(run.world.serviceCluster.register('orders'));
      await undone(run);
      expect(await revision(run)).toBe('4');
      expect(await run.record('rollback-0')).toMatchObject({
        failsAs: 'ChangedBySomeoneElse',
        detail:
          'task definition of prod/orders has orders:4, neither orders:2 as before nor orders:3 as intended: someone else has changed it, and it is left as it is',
      });
    });
  });
});
