import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { XRayClient } from '@aws-sdk/client-xray';
import { expect } from 'vitest';
import { createEcsAddresses } from '../../../functions/adapters/ecs/ecs-addresses.ts';
import { createBalancedAddresses } from '../../../functions/adapters/elastic-load-balancing/balanced-addresses.ts';
import { createTracedServices } from '../../../functions/adapters/xray/traced-services.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createServiceCluster } from '../../../local/embedded/ecs/service-cluster.ts';
import { createBalancerRoutes } from '../../../local/embedded/elastic-load-balancing/balancer-routes.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createServiceGraph } from '../../../local/embedded/xray/service-graph.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const HOUR_MS = 3_600_000;
const arnOf = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:${resource}`;
const [ORDERS, PAY] = [
  arnOf('targetgroup/orders/0123456789abcdef'),
  arnOf('targetgroup/pay/0123456789abcdef'),
];

/** X-Ray's service graph, over several pages. */
export const X_RAY: Api = {
  service: 'xray',
  apiVersion: '2016-04-12',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const graph = createServiceGraph({ clock, pageSize: 2 });
    graph.trace({ name: 'old' }, { name: 'gone' });
    await clock.advance(HOUR_MS);
    graph.trace({ name: 'web' }, { name: 'orders', type: 'remote' });
    graph.trace({ name: 'orders', type: 'remote' }, { name: 'mail' }, 'link');
    const recorded = recordClient(createInProcessClient<XRayClient>('XRay', graph.operations), model);
    const traced = createTracedServices(recorded.client);
    const services = await traced(NOON + 1, NOON + HOUR_MS);
    const idOf = (name: string) =>
      services.find(({ names, type }) => names.includes(name) && type !== 'client')?.id;
    expect(services.map(({ names, type, calls }) => [...names, type, ...calls])).toEqual([
      ['web', 'AWS::ECS::Container', idOf('orders')],
      ['orders', 'remote'],
      ['mail', 'AWS::ECS::Container'],
      ['web', 'client', idOf('web')],
    ]);
    await expect(traced(NOON, NOON + 7 * HOUR_MS)).rejects.toMatchObject({
      ...{ name: 'RequestRefused', call: 'xray:GetServiceGraph' },
    });
    return recorded;
  },
};

/** The target groups and names of ECS services. */
export const ECS_ADDRESSES: Api = {
  service: 'ecs',
  apiVersion: '2014-11-13',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const cluster = createServiceCluster({ clock, newId: () => 'a-b', publish: () => undefined });
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    for (const name of names) cluster.create('prod', name, cluster.register(name), 1);
    cluster.create('test', 's0', cluster.register('other'), 1);
    cluster.setAddresses('prod', 's0', { targetGroups: [ORDERS], connectNames: ['orders', 'orders.shop'] });
    const recorded = recordClient(createInProcessClient<ECSClient>('ECS', cluster.operations), model);
    const addresses = createEcsAddresses(recorded.client);
    const found = await addresses([...names.map((name) => `prod/${name}`), 'test/s0', 'prod/missing']);
    expect(found).toHaveLength(13);
    expect(found[0]).toEqual({
      ...{ service: 'prod/s0', targetGroups: [ORDERS], names: ['orders', 'orders.shop'] },
    });
    expect(found.at(-1)).toEqual({ service: 'test/s0', targetGroups: [], names: [] });
    return recorded;
  },
};

/** The names under which load balancers answer, over several pages. */
export const BALANCED_ADDRESSES: Api = {
  service: 'elbv2',
  apiVersion: '2015-12-01',
  call: async (model) => {
    const routes = createBalancerRoutes({ pageSize: 1 });
    routes.put({
      arn: arnOf('loadbalancer/app/shop/0123456789abcdef'),
      dnsName: 'shop-1.elb.amazonaws.com',
      listeners: [
        [
          { hosts: ['pay.example.com', '*.example.org'], targetGroups: [PAY] },
          { targetGroups: [ORDERS, PAY] },
        ],
        [{ hosts: ['orders.example.com'], targetGroups: [ORDERS] }],
      ],
    });
    routes.put({
      ...{ arn: arnOf('loadbalancer/net/pay/0123456789abcdef'), dnsName: 'pay-1.elb.amazonaws.com' },
      ...{ type: 'network', listeners: [[{ targetGroups: [PAY] }]] },
    });
    const client = createInProcessClient<ElasticLoadBalancingV2Client>(
      'ElasticLoadBalancing',
      routes.operations,
    );
    const recorded = recordClient(client, model);
    const addresses = createBalancedAddresses(recorded.client);
    const missing = arnOf('targetgroup/gone/0123456789abcdef');
    expect(await addresses([PAY, missing])).toEqual([
      { name: 'shop-1.elb.amazonaws.com', targetGroups: [PAY] },
      { name: 'pay.example.com', targetGroups: [PAY] },
      { name: 'shop-1.elb.amazonaws.com', targetGroups: [ORDERS, PAY] },
      { name: 'shop-1.elb.amazonaws.com', targetGroups: [ORDERS] },
      { name: 'orders.example.com', targetGroups: [ORDERS] },
      { name: 'pay-1.elb.amazonaws.com', targetGroups: [PAY] },
    ]);
    expect(await addresses([missing])).toEqual([]);
    return recorded;
  },
};
