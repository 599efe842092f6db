import { createEc2Instances } from '../../../functions/adapters/ec2/ec2-instances.ts';
import { createInstanceFleet, type InstanceEffect } from '../../../local/embedded/ec2/instance-fleet.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { recordingRunbooks } from '../../factories/ports/recording-runbooks.ts';
import type { Effect, ExecutorUnderTest, ServicePlace, Write } from './executor-under-test.ts';

const HOSTS = ['i-0000000000000000a', 'i-0000000000000000b'];
const COMPONENT = { targets: { instanceIds: HOSTS }, maxConcurrentTargets: 2, minHealthyTargets: 0 };

const ISOLATION = 'sg-0123456789abcdef0';

type Phases = Readonly<Partial<Record<InstanceEffect['kind'], Effect['phase']>>>;

/** Two running instances, whose agents need not answer. */
function opened({ clock, random }: ServicePlace, phases: Phases, isStopped = false) {
  const fleet = createInstanceFleet({ clock });
  for (const instanceId of HOSTS) fleet.launch({ instanceId, isStopped });
  const runbooks = recordingRunbooks();
  runbooks.nodes = HOSTS.map((instanceId) => ({ instanceId, online: true, platform: 'Linux' }));
  return {
    fleet,
    ports: { runbooks, instances: createEc2Instances(createInProcessClient('EC2', fleet.operations)) },
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

export const start: ExecutorUnderTest = {
  ...underTest('resource: start of instances', 'start_instance', {}),
  undo: { type: 'start_instance', params: { phase: 'undo' } },
  open: (place) => {
    const { fleet, ports, effects, victim } = opened(place, { started: 'do', stopped: 'undo' }, true);
    return {
      ports,
      effects,
      interfere: () => fleet.terminate(victim),
      isInterferenceIntact: () => fleet.stateOf(victim) === 'terminated',
    };
  },
};

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

/** Someone else gives an interface groups of their own. Reads are late, so that an undo writes also what seems to be back. */
export const isolationAmongOthers: ExecutorUnderTest = {
  ...isolation,
  name: 'resource: security groups that someone else changes',
  gap: { reads: ['instances.interfaces'], writes: ['instances.setGroups'] },
  open: (place) => {
    const { fleet, ports, effects, victim } = opened(place, { regrouped: 'undo' });
    const groups = (instanceId: string) => Object.entries(fleet.groupsOf(instanceId));
    const [interfaceId = ''] = groups(victim)[0] ?? [];
    const writes: Write[] = [];
    let number = 0;
    const setGroups: typeof ports.instances.setGroups = async (id, wanted) => {
      const before =
        HOSTS.flatMap(groups)
          .find(([name]) => name === id)?.[1]
          .join() ?? '';
      writes.push({ before, after: wanted.join() });
      await ports.instances.setGroups(id, wanted);
    };
    return {
      ports: { ...ports, instances: { ...ports.instances, setGroups } },
      effects,
      interfere: () => {
        number += 1;
        fleet.attach(victim, interfaceId, [`sg-${String(number).padStart(8, '0')}`]);
      },
      // The record has the groups of every interface.
      contradictions: (records) => {
        const change = records.find(({ stepId }) => stepId === 'heal-0')?.change;
        const isOn = (text: string | undefined, value: string) => text?.includes(`"${value}"`) === true;
        return writes
          .filter(
            ({ before, after }) =>
              !(isOn(change?.before, before) && after === ISOLATION) &&
              !(before === ISOLATION && isOn(change?.before, after)) &&
              before !== after,
          )
          .map(({ before, after }) => `${before} was overwritten by ${after}`);
      },
    };
  },
};
