import { createEc2Instances } from '../../../functions/adapters/ec2/ec2-instances.ts';
import { createEcsServices } from '../../../functions/adapters/ecs/ecs-services.ts';
import { createLoadBalancers } from '../../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import { createInstanceFleet } from '../../../local/embedded/ec2/instance-fleet.ts';
import { createServiceCluster } from '../../../local/embedded/ecs/service-cluster.ts';
import { createEmbeddedLoadBalancers } from '../../../local/embedded/elastic-load-balancing/load-balancers.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { node, recordingRunbooks } from '../../factories/ports/recording-runbooks.ts';
import { type ExecutorUnderTest, overwritten } from './executor-under-test.ts';
import { withLateReads } from './late-reads.ts';

const HOSTS = ['i-0000000000000000a', 'i-0000000000000000b'];
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';

/**
 * It is on or off: who switched on what is on cannot be seen. Reads follow writes with a delay, so that an undo writes
 * whatever it reads. So nobody else changes it here.
 */
export const detailedMonitoring: ExecutorUnderTest = {
  name: 'resource: monitoring of instances',
  component: { targets: { instanceIds: HOSTS }, maxConcurrentTargets: 2 },
  action: { type: 'enable_monitoring', params: { detailed: true }, onError: 'rollback' },
  undo: { type: 'enable_monitoring', params: { phase: 'undo' } },
  open: ({ clock }) => {
    const fleet = createInstanceFleet({ clock });
    for (const instanceId of HOSTS) fleet.launch({ instanceId });
    const runbooks = recordingRunbooks();
    runbooks.nodes = HOSTS.map((id) => node(id));
    return {
      ports: { runbooks, instances: createEc2Instances(createInProcessClient('EC2', fleet.operations)) },
      effects: () =>
        fleet.effects.map(({ kind, instanceId }) => ({
          phase: kind === 'monitored' ? 'do' : 'undo',
          target: instanceId,
        })),
    };
  },
};

/** In half of the runs, the cluster is shown as it was some seconds ago: nothing could see what others change then. */
export const containerInsights: ExecutorUnderTest = {
  name: 'resource: Container Insights of a cluster',
  component: { targets: { ecsService: 'prod/orders' }, service: undefined },
  action: { type: 'enable_monitoring', params: { containerInsights: 'enhanced' }, onError: 'rollback' },
  undo: { type: 'enable_monitoring', params: { phase: 'undo' } },
  gap: { reads: ['services.insights'], writes: ['services.setInsights'] },
  open: ({ clock, newId, random }) => {
    const cluster = createServiceCluster({ clock, newId, publish: () => undefined });
    cluster.create('prod', 'orders', cluster.register('orders'), 2);
    const lagMs = random() < 0.5 ? 0 : random() * 8_000;
    const operations = withLateReads(cluster.operations, ['DescribeClusters'], { clock, lagMs });
    const isUndone = (records: readonly StepRecord[]) =>
      records.some(({ stepId, outcome }) => stepId === 'rollback-0' && outcome === 'SUCCEEDED');
    return {
      ports: { services: createEcsServices(createInProcessClient('ECS', operations)) },
      ...(lagMs === 0 && { interfere: () => cluster.settings.set('prod', 'enabled') }),
      contradictions: (records) => [
        ...overwritten(
          records,
          cluster.settings.changes.map(({ from, to }) => ({
            before: JSON.stringify(from),
            after: JSON.stringify(to),
          })),
        ),
        ...(lagMs > 0 && isUndone(records) && cluster.settings.changes.at(-1)?.to === 'enhanced'
          ? ['rollback-0 succeeded, and more is collected']
          : []),
      ],
      effects: () =>
        cluster.settings.changes.map(({ to }) => ({
          phase: to === 'enhanced' ? 'do' : 'undo',
          target: 'prod/orders',
        })),
    };
  },
};

/** Someone else sets a time of their own, another one each time. */
export const idleTimeout: ExecutorUnderTest = {
  name: 'resource: idle time-out of a load balancer',
  component: { targets: { instanceIds: HOSTS }, loadBalancer: BALANCER },
  action: { type: 'adjust_timeout', params: { to: 120 }, onError: 'rollback' },
  undo: { type: 'adjust_timeout', params: { phase: 'undo' } },
  gap: { reads: ['loadBalancers.idleTimeout'], writes: ['loadBalancers.setIdleTimeout'] },
  open: () => {
    let theirs = 120;
    const balancers = createEmbeddedLoadBalancers();
    balancers.create(BALANCER, 60);
    const client = createInProcessClient<never>('ElasticLoadBalancing', balancers.operations);
    return {
      ports: { loadBalancers: createLoadBalancers(client) },
      effects: () =>
        balancers.changes.map(({ to }) => ({ phase: to === 120 ? 'do' : 'undo', target: BALANCER })),
      interfere: () => {
        theirs += 1;
        balancers.set(BALANCER, theirs);
      },
      contradictions: (records) =>
        overwritten(
          records,
          balancers.changes.map(({ from, to }) => ({ before: String(from), after: String(to) })),
        ),
    };
  },
};
