import { describe, expect, it } from 'vitest';
import { observeResource } from '../../../../functions/app/heal/verify-by-resource.ts';
import type { ManagedNode } from '../../../../functions/core/operation/target-availability.ts';
import {
  NotFound,
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
} from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { LIMITS, verification } from './verification-lab.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';

/** A verification of a component of which nothing but AWS says whether it serves. */
async function verified(targets: object, more: object = {}) {
  const component = { targets, service: undefined, signals: ['memory'], ...more };
  const strategies = [{ actions: [{ type: 'notify_soc' }], verify: LIMITS }];
  return await verification(configured({ components: { web: component }, strategies }));
}

it('AWS knows nothing of what is none of its resources', async () => {
  const component = configured({ components: { web: { targets: { custom: 'queue' } } } }).components['web'];
  const subject = { operation: { component: 'web' }, plan: { component } };
  expect(await observeResource({} as never, subject as never, 1)).toEqual({ observation: 'no-answer' });
});

describe('verification by an ECS service', () => {
  const onService = async () => {
    const lab = await verified({ ecsService: 'prod/orders' });
    const { serviceCluster: cluster } = lab.world;
    const [first = '', second = ''] = [1, 2].map(() => cluster.register('orders'));
    cluster.create('prod', 'orders', first, 2);
    return { ...lab, second };
  };

  it('recovers once the service has been in a steady state for the whole window', async () => {
    const { toTheEnd } = await onService();
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered', detail: 'good for 10 s' });
  });

  it('fails while a deployment is in progress, and says so', async () => {
    const { world, second, toTheEnd } = await onService();
    await world.services.deploy({ cluster: 'prod', service: 'orders' }, second);
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: expect.stringMatching(/^bad \(prod\/orders: .+\) after 30 s/),
    });
  });

  it('fails where no task is desired', async () => {
    const { world, toTheEnd } = await onService();
    await world.services.setCount({ cluster: 'prod', service: 'orders' }, 0);
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('its desired count is 0, so no task serves'),
    });
  });

  it('starts the window again when the service is not steady for a while', async () => {
    const { world, toTheEnd } = await onService();
    const { read } = world.services;
    let looks = 0;
    const services = world.services as { read: typeof read };
    services.read = async (name) => {
      looks += 1;
      const service = await read(name);
      return looks === 3 ? { ...service, runningCount: 1 } : service;
    };
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered', seconds: 16 });
  });

  it('neither recovers nor counts as unhealthy where AWS gives no answer', async () => {
    for (const error of [new ServiceUnavailable('Rate exceeded'), new RequestRefused('Invalid request')]) {
      const { world, toTheEnd } = await onService();
      (world.services as { read: unknown }).read = () => Promise.reject(error);
      expect(await toTheEnd()).toMatchObject({
        verdict: 'failed',
        detail: expect.stringContaining(`no-answer (${error.message})`),
      });
    }
  });

  it('counts as unhealthy where what it consists of does not exist', async () => {
    const { world, toTheEnd } = await onService();
    const error = new NotFound('ecs:DescribeServices: no cluster prod');
    (world.services as { read: unknown }).read = () => Promise.reject(error);
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining(`bad (${error.message})`),
    });
  });

  it('gives no verdict where Selfheal may not look', async () => {
    const { world, round } = await onService();
    const denial = { action: 'ecs:DescribeServices', resource: 'prod/orders', role: 'selfheal-verify' };
    (world.services as { read: unknown }).read = () => Promise.reject(new NotPermitted(denial));
    await expect(round({ round: 0 })).rejects.toThrow(NotPermitted);
    expect(world.tokens.completed).toEqual([]);
  });

  it('fails for a service that no longer exists', async () => {
    const { toTheEnd } = await verified({ ecsService: 'prod/orders' });
    expect(await toTheEnd()).toMatchObject({ verdict: 'failed', detail: expect.stringContaining('MISSING') });
  });
});

describe('verification by the version behind an alias', () => {
  it.each([
    ['Active', 'recovered'],
    ['Pending', 'failed'],
    ['Inactive', 'failed'],
    ['Failed', 'failed'],
  ] as const)('in state %s ends as %s', async (state, verdict) => {
    const { world, toTheEnd } = await verified({ lambdaAlias: 'orders:live' });
    world.versionedFunctions.publish('orders', () => undefined);
    world.versionedFunctions.createAlias('orders', 'live', '1');
    world.versionedFunctions.setState('orders', '1', state);
    expect(await toTheEnd()).toMatchObject({ verdict });
  });
});

describe('verification by RDS', () => {
  it('recovers with an instance that is available', async () => {
    const { world, toTheEnd } = await verified({ dbInstance: 'orders' });
    world.databaseFleet.createInstance('orders');
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
  });

  it('fails while an instance is rebooting', async () => {
    const { world, toTheEnd } = await verified({ dbInstance: 'orders' });
    world.databaseFleet.createInstance('orders');
    await world.databases.reboot('orders', false);
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('orders is rebooting'),
    });
  });

  it('recovers with a cluster that is available and has a writer', async () => {
    const { world, toTheEnd } = await verified({ dbCluster: 'shop' });
    world.databaseFleet.createCluster('shop', ['shop-1', 'shop-2']);
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
  });
});

describe('verification by a target group', () => {
  const [first, second] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'] as const;
  const behindGroup = async (states: Readonly<Record<string, 'healthy' | 'unregistered'>>) => {
    const lab = await verified({ instanceIds: [first, second] }, { targetGroup: GROUP });
    lab.world.runbooks.nodes = [node(first), node(second)];
    lab.world.balancedGroups.create(GROUP, 80);
    for (const [id, state] of Object.entries(states)) lab.world.balancedGroups.put(GROUP, id, 80, state);
    return lab;
  };

  it('recovers once all hosts are healthy there', async () => {
    const { toTheEnd } = await behindGroup({ [first]: 'healthy', [second]: 'healthy' });
    expect(await toTheEnd()).toMatchObject({ verdict: 'recovered' });
  });

  it('fails while one is not, and names it', async () => {
    const { toTheEnd } = await behindGroup({ [first]: 'healthy' });
    expect(await toTheEnd()).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining(`${second} is not in the target group`),
    });
  });

  const IDS = Array.from({ length: 7 }, (_, n) => `i-0123456789abcdef${n}`);
  /** One look at the group, in which these are healthy. */
  const looked = async (nodes: readonly ManagedNode[], healthy: readonly string[]) => {
    const { world, operation } = await verified({ instanceIds: IDS }, { targetGroup: GROUP });
    world.runbooks.nodes = [...nodes];
    world.balancedGroups.create(GROUP, 80);
    for (const id of healthy) world.balancedGroups.put(GROUP, id, 80, 'healthy');
    const plan = await world.store.getPlan(operation.planId);
    if (!plan) throw new Error('the plan is not on record');
    return await observeResource(world, { operation, plan }, operation.fence);
  };

  it('asks no agent', async () => {
    const offline = IDS.map((id) => node(id, { online: false }));
    expect(await looked(offline, IDS)).toStrictEqual({ observation: 'good' });
  });

  it('knows nothing while a host is unknown to Systems Manager', async () => {
    const [, ...others] = IDS;
    expect(
      await looked(
        others.map((id) => node(id)),
        IDS,
      ),
    ).toStrictEqual({
      observation: 'no-answer',
      detail: `${IDS[0]}: no managed node of web (SSM does not know it)`,
    });
  });

  it.each([
    [5, ''],
    [6, '; and 1 more'],
    [7, '; and 2 more'],
  ])('names five hosts at most of %d that are not healthy', async (count, more) => {
    const named = IDS.slice(0, 5).map((id) => `${id} is not in the target group`);
    expect(
      await looked(
        IDS.map((id) => node(id)),
        IDS.slice(count),
      ),
    ).toStrictEqual({
      ...{ observation: 'bad', detail: `${named.join('; ')}${more}` },
    });
  });
});
