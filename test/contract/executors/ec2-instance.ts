import { createEc2Instances } from '../../../functions/adapters/ec2/ec2-instances.ts';
import {
  createInProcessEc2Client,
  createInstanceFleet,
  type InstanceEffect,
} from '../../../local/embedded/ec2/instance-fleet.ts';
import { recordingRunbooks } from '../../factories/ports/recording-runbooks.ts';
import type { Effect, ExecutorUnderTest, ServicePlace } from './executor-under-test.ts';

const HOSTS = ['i-0000000000000000a', 'i-0000000000000000b'];
const COMPONENT = { targets: { instanceIds: HOSTS }, maxConcurrentTargets: 2, minHealthyTargets: 0 };

const ISOLATION = 'sg-0123456789abcdef0';

type Phases = Readonly<Partial<Record<InstanceEffect['kind'], Effect['phase']>>>;

/** Two running instances, whose agents need not answer. */
function opened({ clock, random }: ServicePlace, phases: Phases) {
  const fleet = createInstanceFleet({ clock });
  for (const instanceId of HOSTS) fleet.launch({ instanceId });
  const runbooks = recordingRunbooks();
  runbooks.nodes = HOSTS.map((instanceId) => ({ instanceId, online: true, platform: 'Linux' }));
  return {
    fleet,
    ports: { runbooks, instances: createEc2Instances(createInProcessEc2Client(fleet)) },
    effects: () =>
      fleet.effects.flatMap(({ instanceId, kind, groups = [] }) => {
        const phase = groups.includes(ISOLATION) ? 'do' : phases[kind];
        return phase ? [{ phase, target: instanceId }] : [];
      }),
    victim: HOSTS[random() < 0.5 ? 0 : 1] ?? '',
  };
}

/** Someone else terminates an instance: for good, so that nothing of theirs can be overwritten. */
function underTest(
  name: string,
  type: string,
  phases: Phases,
  more: Partial<ExecutorUnderTest> = {},
): ExecutorUnderTest {
  return {
    name,
    component: COMPONENT,
    action: { type, onError: 'rollback' },
    ...more,
    open: (place) => {
      const { fleet, ports, effects, victim } = opened(place, phases);
      return {
        ports,
        effects,
        interfere: () => fleet.terminate(victim),
        isInterferenceIntact: () => fleet.stateOf(victim) === 'terminated',
      };
    },
  };
}

/** A reboot has no token, and shows in nothing: its request is never made twice. */
export const reboot = underTest(
  'resource: reboot of instances',
  'reboot_instance',
  { rebooted: 'do' },
  { undoubled: ['instances.reboot'] },
);

export const stop = underTest(
  'resource: stop of instances',
  'stop_instance',
  { stopped: 'do', started: 'undo' },
  { undo: { type: 'stop_instance', params: { phase: 'undo' } } },
);

/** A second request would take other snapshots. */
export const snapshot = underTest(
  'resource: snapshots of instances',
  'snapshot_volume',
  { copied: 'do' },
  { undoubled: ['instances.snapshot'] },
);

/** Groups have no token, either: what someone else changes between a read and the write after it cannot be seen. */
export const isolation = underTest(
  'resource: security groups of instances',
  'isolate_network',
  { regrouped: 'undo' },
  {
    action: {
      type: 'isolate_network',
      params: { by: 'security_groups', securityGroup: ISOLATION },
      onError: 'rollback',
    },
    undo: { type: 'restore_network', params: { by: 'security_groups' } },
  },
);
