import { expect } from 'vitest';
import { HOST } from '../target-configuration.ts';
import type { TargetScenario } from './target-scenario.ts';

const arnOf = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:${resource}`;
const GROUP = arnOf('targetgroup/pay/0123456789abcdef');
const ADDRESS = 'internal-pay-1.us-east-1.elb.amazonaws.com';
const REFRESHED_AFTER = 8;

/** What is read to find out which component calls which. */
export const DISCOVERY: readonly TargetScenario[] = [
  {
    name: 'discovers dependencies by X-Ray, ECS and load balancers',
    plan: {
      actions: [{ type: 'start_component' }],
      settings: { graph: { discover: ['xray', 'ecs', 'loadBalancers'], refreshSeconds: 300 } },
      more: {
        components: {
          web: { targets: { instanceIds: [HOST] }, service: 'web.service', signals: ['memory'] },
          orders: { targets: { ecsService: 'prod/orders' } },
          pay: { targets: { ecsService: 'prod/pay' } },
        },
      },
    },
    prepare: ({ cloud: { serviceCluster, balancerRoutes, serviceGraph } }) => {
      for (const name of ['orders', 'pay'])
        serviceCluster.create('prod', name, serviceCluster.register(name), 1);
      serviceCluster.setAddresses('prod', 'orders', { connectNames: ['orders.internal'] });
      serviceCluster.setAddresses('prod', 'pay', { targetGroups: [GROUP] });
      balancerRoutes.put({
        ...{ arn: arnOf('loadbalancer/app/pay/0123456789abcdef'), dnsName: ADDRESS },
        listeners: [[{ targetGroups: [GROUP] }]],
      });
      for (const name of ['orders.internal', ADDRESS])
        serviceGraph.trace({ name: 'web' }, { name, type: 'remote' });
    },
    run: async ({ cloud, pass }) => {
      await pass(REFRESHED_AFTER);
      const { dependencies } = await cloud.discoveredGraphs.readGraph();
      expect(dependencies.map(({ callee, sources }) => [callee, ...sources])).toEqual([
        ['orders', 'xray', 'ecs'],
        ['pay', 'xray', 'loadBalancers'],
      ]);
    },
  },
];
