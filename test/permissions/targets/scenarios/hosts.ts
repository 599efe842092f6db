import { expect } from 'vitest';
import { GROUP, HOST, OTHER, type TargetPlan, THIRD } from '../target-configuration.ts';
import type { TargetPlace } from '../target-place.ts';
import { bothWays, healed, type TargetScenario, undone } from './target-scenario.ts';

const ISOLATION = 'sg-0123456789abcdef0';
const BEFORE = { 'eni-a': ['sg-0000000a'] };
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';

const launch = ({ cloud }: TargetPlace) => {
  for (const instanceId of [HOST, OTHER]) cloud.instanceFleet.launch({ instanceId, interfaces: BEFORE });
};
const [TAKES_MINUTES, TAKES_LONG] = [{ timeoutSeconds: 300 }, { timeoutSeconds: 600 }];

/** A host that someone has stopped; its agent answers again once it is up. */
async function stopped(place: TargetPlace): Promise<void> {
  launch(place);
  place.cloud.instanceFleet.operations['StopInstances']?.({ InstanceIds: [HOST] });
  await place.pass(5);
  place.hosts.setReachable(HOST, false);
  place.later(2, () => place.hosts.setReachable(HOST, true));
}

const STARTING: TargetPlan = {
  component: { targets: { tags: { tier: 'web' } } },
  actions: [{ type: 'start_instance', ...TAKES_MINUTES }],
  undo: [{ type: 'start_instance', params: { phase: 'undo' }, ...TAKES_MINUTES }],
};
const REPLACING: TargetPlan = {
  component: { targets: { autoScalingGroup: GROUP } },
  actions: [{ type: 'replace_instance', ...TAKES_LONG }],
};
const COPYING: TargetPlan = { actions: [{ type: 'snapshot_volume' }] };

function balanced({ cloud }: TargetPlace): void {
  const { scalingGroups, balancedGroups, instanceFleet } = cloud;
  const instances = [HOST, OTHER, THIRD];
  for (const instanceId of instances) instanceFleet.launch({ instanceId });
  const targetGroups = [TARGET_GROUP];
  scalingGroups.create(GROUP, { desired: 3, minimum: 1, maximum: 6, instances, targetGroups });
  balancedGroups.create(TARGET_GROUP, 80);
  for (const id of instances) balancedGroups.put(TARGET_GROUP, id, 80, 'healthy');
}

/** What EC2, Auto Scaling and load balancers do to hosts. */
export const HOSTS: readonly TargetScenario[] = [
  {
    name: 'reboots an instance',
    plan: { actions: [{ type: 'reboot_instance', ...TAKES_MINUTES }] },
    prepare: launch,
    run: async (place) => {
      await healed(place, [HOST]);
      expect(place.cloud.instanceFleet.effects).toMatchObject([{ instanceId: HOST, kind: 'rebooted' }]);
    },
  },
  {
    name: 'reboots an instance that is chosen by its tags',
    plan: {
      component: { targets: { tags: { tier: 'web' } } },
      actions: [{ type: 'reboot_instance', ...TAKES_MINUTES }],
    },
    prepare: launch,
    run: async (place) => void (await healed(place, [HOST])),
  },
  {
    name: 'stops an instance, and starts it',
    plan: {
      actions: [
        { type: 'stop_instance', ...TAKES_MINUTES },
        { type: 'start_instance', ...TAKES_MINUTES },
      ],
    },
    prepare: launch,
    run: async (place) => void (await healed(place, [HOST])),
  },
  {
    name: 'finds the instances that are to be started',
    plan: STARTING,
    prepare: stopped,
    run: async (place) => {
      await healed(place);
      expect(place.cloud.instanceFleet.stateOf(HOST)).toBe('running');
    },
  },
  {
    name: 'stops an instance again that it has started in vain',
    plan: STARTING,
    prepare: stopped,
    run: async (place) => {
      await undone(place);
      expect(place.cloud.instanceFleet.stateOf(HOST)).toBe('stopped');
    },
  },
  {
    name: 'takes snapshots of volumes',
    plan: COPYING,
    prepare: launch,
    run: async (place) => void (await healed(place)),
  },
  {
    name: 'finds the snapshots that a function took before it died',
    plan: COPYING,
    prepare: launch,
    run: async (place) => {
      place.dieAfter('instances.snapshot');
      await healed(place);
      expect(place.cloud.instanceFleet.effects.map(({ kind }) => kind)).toEqual(['copied']);
    },
  },
  {
    name: 'isolates a host by its security groups, and lets it in at the limit',
    plan: {
      component: { targets: { instanceIds: [HOST, OTHER] } },
      actions: [
        {
          type: 'isolate_network',
          params: {
            by: 'security_groups',
            securityGroup: ISOLATION,
            limitSeconds: '1h',
            afterLimit: 'lift',
          },
        },
      ],
      strategy: { rollback: { onFailure: 'maintain_isolation' } },
    },
    prepare: launch,
    run: async (place) => {
      const { operation } = await place.operation('web', [HOST]);
      expect(operation, JSON.stringify(operation.failure)).toMatchObject({ result: 'CONTAINED' });
      await place.pass(70);
      const [lift] = await place.cloud.store.listOperations(1);
      expect(lift).toMatchObject({ strategyId: 'lift-isolation', state: 'COMPLETED' });
      expect(place.cloud.instanceFleet.groupsOf(HOST)).toEqual(BEFORE);
    },
  },
  ...bothWays(
    {
      name: 'switches detailed monitoring on',
      plan: {
        actions: [{ type: 'enable_monitoring', params: { detailed: true } }],
        undo: [{ type: 'enable_monitoring', params: { phase: 'undo' } }],
      },
      prepare: launch,
    },
    'switches detailed monitoring off again',
  ),
  ...bothWays(
    {
      name: 'scales an Auto Scaling group',
      plan: {
        component: { targets: { autoScalingGroup: GROUP } },
        actions: [{ type: 'scale_resources', params: { to: 4 } }],
        undo: [{ type: 'scale_resources', params: { phase: 'undo' } }],
      },
      prepare: balanced,
    },
    'scales an Auto Scaling group back',
  ),
  {
    name: 'replaces an instance of an Auto Scaling group behind a load balancer',
    plan: {
      component: {
        targets: { autoScalingGroup: GROUP },
        targetGroup: TARGET_GROUP,
      },
      actions: [{ type: 'replace_instance', ...TAKES_LONG }],
    },
    prepare: balanced,
    run: async (place) => void (await healed(place, [HOST])),
  },
  {
    name: 'replaces an instance of an Auto Scaling group',
    plan: REPLACING,
    prepare: balanced,
    run: async (place) => void (await healed(place, [HOST])),
  },
  {
    name: 'says why Auto Scaling could launch no instance',
    plan: REPLACING,
    prepare: (place) => {
      balanced(place);
      place.cloud.scalingGroups.set(GROUP, { launchFailure: 'there is no capacity' });
    },
    run: async (place) => {
      const { operation } = await place.operation('web', [HOST]);
      expect(operation.failure?.cause).toContain('there is no capacity');
    },
  },
  {
    name: 'drains a host while it is restarted, and puts it back',
    plan: {
      component: { targets: { autoScalingGroup: GROUP }, targetGroup: TARGET_GROUP },
      actions: [{ type: 'graceful_stop' }, { type: 'start_component' }],
    },
    prepare: balanced,
    run: async (place) => {
      await healed(place, [HOST]);
      expect(place.cloud.balancedGroups.serving(TARGET_GROUP)).toHaveLength(3);
    },
  },
  ...bothWays(
    {
      name: 'changes the idle time-out of a load balancer',
      plan: {
        component: { loadBalancer: BALANCER },
        actions: [{ type: 'adjust_timeout', params: { to: '2m' } }],
        undo: [{ type: 'adjust_timeout', params: { phase: 'undo' } }],
      },
      prepare: (place) => {
        launch(place);
        place.cloud.loadBalancers.create(BALANCER, 60);
      },
    },
    'changes the idle time-out of a load balancer back',
  ),
];
