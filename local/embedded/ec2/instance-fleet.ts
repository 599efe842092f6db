import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';
import {
  describeInput,
  describeSnapshotsInput,
  groupsInput,
  idsInput,
  snapshotsInput,
  typesInput,
} from './instance-inputs.ts';
import { createInstanceMonitoring, type InstanceMonitoring } from './instance-monitoring.ts';

/** What was done to an instance through the API, oldest first. */
export interface InstanceEffect {
  readonly instanceId: string;
  readonly kind: 'rebooted' | 'stopped' | 'started' | 'copied' | 'regrouped' | 'monitored' | 'unmonitored';
  /** The security groups that one of its interfaces has now, where they were changed. */
  readonly groups?: readonly string[];
}

export interface LaunchedInstance {
  readonly instanceId: string;
  readonly instanceType?: string;
  readonly rootDeviceType?: 'ebs' | 'instance-store';
  readonly lifecycle?: 'spot';
  /** Whether it is stopped again already. @default it runs */
  readonly isStopped?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  /** The security groups of its network interfaces, by the interfaces' ids. @default one interface, one group */
  readonly interfaces?: Readonly<Record<string, readonly string[]>>;
}

/** Instances of EC2 that change their state with time, as the API documents it. */
export interface InstanceFleet {
  readonly launch: (instance: LaunchedInstance) => void;
  /** As someone else would, for good. */
  readonly terminate: (instanceId: string) => void;
  readonly stateOf: (instanceId: string) => string;
  /** Attaches an interface to an instance, or changes its groups, as someone else would. */
  readonly attach: (instanceId: string, interfaceId: string, groups: readonly string[]) => void;
  /** The groups of all interfaces of an instance, by the interfaces' ids. */
  readonly groupsOf: (instanceId: string) => Readonly<Record<string, readonly string[]>>;
  readonly monitoring: Pick<InstanceMonitoring, 'isOn' | 'set'>;
  readonly effects: readonly InstanceEffect[];
  /** Operations of the API, by name. */
  readonly operations: Operations;
}

interface Instance extends LaunchedInstance {
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  /** Its checks have not been run again since it booted. */
  isBooting: boolean;
  groups: Record<string, readonly string[]>;
}

const CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 };
/** How long stopping, starting, and the checks after a boot take. */
const TAKES_MS = 30_000;

export function createInstanceFleet({
  clock,
}: {
  readonly clock: Pick<EmbeddedClock, 'after'>;
}): InstanceFleet {
  const instances = new Map<string, Instance>();
  const effects: InstanceEffect[] = [];
  const snapshots: { readonly SnapshotId: string; readonly tags: Readonly<Record<string, string>> }[] = [];

  const named = (input: unknown): readonly Instance[] =>
    idsInput.parse(input).InstanceIds.map((id) => {
      const found = instances.get(id);
      if (found) return found;
      throw new ApiError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    });
  const monitoring = createInstanceMonitoring(
    (input) => named(input).map(({ instanceId }) => instanceId),
    (instanceId, isOn) => effects.push({ instanceId, kind: isOn ? 'monitored' : 'unmonitored' }),
  );
  const unless = (all: readonly Instance[], bad: readonly Instance['state'][]): void => {
    for (const { instanceId, state } of all) {
      if (!bad.includes(state)) continue;
      throw new ApiError(
        'IncorrectInstanceState',
        `The instance '${instanceId}' is not in a state from which it can be changed: ${state}`,
      );
    }
  };
  const boot = (instance: Instance): void => {
    instance.isBooting = true;
    clock.after(TAKES_MS, () => {
      instance.isBooting = false;
    });
  };
  const later = (instance: Instance, from: Instance['state'], to: Instance['state']): void => {
    clock.after(TAKES_MS, () => {
      if (instance.state !== from) return;
      instance.state = to;
      if (to === 'running') boot(instance);
    });
  };
  /** What a filter of this name compares; an instance without the tag matches none. */
  const filterable = ({ state, tags = {} }: Instance, name: string): string | undefined =>
    name === 'instance-state-name' ? state : tags[name.slice('tag:'.length)];
  const stateIn = ({ state }: Instance) => ({ Code: CODES[state], Name: state });
  const changed = (all: readonly Instance[], change: (instance: Instance) => void) =>
    all.map((instance) => {
      const PreviousState = stateIn(instance);
      change(instance);
      return { InstanceId: instance.instanceId, PreviousState, CurrentState: stateIn(instance) };
    });

  const operations: InstanceFleet['operations'] = {
    ...monitoring.operations,
    DescribeInstances: (input) => {
      const asked = describeInput.parse(input);
      const found =
        'InstanceIds' in asked
          ? named(asked)
          : [...instances.values()].filter((instance) =>
              asked.Filters.every(({ Name, Values }) =>
                Values.some((value) => value === filterable(instance, Name)),
              ),
            );
      return {
        Reservations: found.map((instance, index) => ({
          ReservationId: `r-${String(index).padStart(17, '0')}`,
          Instances: [
            {
              InstanceId: instance.instanceId,
              InstanceType: instance.instanceType ?? 't3.micro',
              RootDeviceType: instance.rootDeviceType ?? 'ebs',
              State: stateIn(instance),
              Monitoring: { State: monitoring.isOn(instance.instanceId) ? 'enabled' : 'disabled' },
              NetworkInterfaces: Object.entries(instance.groups).map(([NetworkInterfaceId, groups]) => ({
                NetworkInterfaceId,
                Groups: groups.map((GroupId) => ({ GroupId })),
              })),
              Tags: Object.entries(instance.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
              ...(instance.lifecycle && { InstanceLifecycle: instance.lifecycle }),
            },
          ],
        })),
      };
    },
    DescribeInstanceStatus: (input) => ({
      InstanceStatuses: named(input).map((instance) => {
        const runs = instance.state === 'running';
        const Status = runs ? (instance.isBooting ? 'initializing' : 'ok') : 'not-applicable';
        return {
          InstanceId: instance.instanceId,
          InstanceState: stateIn(instance),
          InstanceStatus: { Status },
          SystemStatus: { Status: runs ? 'ok' : 'not-applicable' },
        };
      }),
    }),
    DescribeInstanceTypes: (input) => ({
      InstanceTypes: typesInput.parse(input).InstanceTypes.map((InstanceType) => ({
        InstanceType,
        // Generations with `d` have disks of their own: m6gd, c5d.
        InstanceStorageSupported: /^[a-z]\d[a-z]*d[a-z]*\./.test(InstanceType),
      })),
    }),
    RebootInstances: (input) => {
      const all = named(input);
      unless(all, ['pending', 'stopping', 'stopped', 'shutting-down', 'terminated']);
      for (const instance of all) {
        effects.push({ instanceId: instance.instanceId, kind: 'rebooted' });
        boot(instance);
      }
      return {};
    },
    StopInstances: (input) => {
      const all = named(input);
      unless(all, ['pending', 'shutting-down', 'terminated']);
      return {
        StoppingInstances: changed(all, (instance) => {
          if (instance.state !== 'running') return;
          effects.push({ instanceId: instance.instanceId, kind: 'stopped' });
          instance.state = 'stopping';
          later(instance, 'stopping', 'stopped');
        }),
      };
    },
    StartInstances: (input) => {
      const all = named(input);
      unless(all, ['stopping', 'shutting-down', 'terminated']);
      return {
        StartingInstances: changed(all, (instance) => {
          if (instance.state !== 'stopped') return;
          effects.push({ instanceId: instance.instanceId, kind: 'started' });
          instance.state = 'pending';
          later(instance, 'pending', 'running');
        }),
      };
    },
    ModifyNetworkInterfaceAttribute: (input) => {
      const { NetworkInterfaceId, Groups } = groupsInput.parse(input);
      const instance = [...instances.values()].find(({ groups }) => groups[NetworkInterfaceId]);
      if (instance === undefined)
        throw new ApiError(
          'InvalidNetworkInterfaceID.NotFound',
          `The networkInterface ID '${NetworkInterfaceId}' does not exist`,
        );
      if (instance.groups[NetworkInterfaceId]?.join() !== Groups.join())
        effects.push({ instanceId: instance.instanceId, kind: 'regrouped', groups: Groups });
      instance.groups[NetworkInterfaceId] = Groups;
      return {};
    },
    CreateSnapshots: (input) => {
      const { InstanceSpecification, TagSpecifications } = snapshotsInput.parse(input);
      const [instance] = named({ InstanceIds: [InstanceSpecification.InstanceId] });
      const Tags = TagSpecifications.flatMap((specification) => specification.Tags);
      const SnapshotId = `snap-${String(snapshots.length + 1).padStart(17, '0')}`;
      snapshots.push({ SnapshotId, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
      effects.push({ instanceId: instance?.instanceId ?? '', kind: 'copied' });
      return { Snapshots: [{ SnapshotId, State: 'pending', Tags }] };
    },
    DescribeSnapshots: (input) => {
      const [filter] = describeSnapshotsInput.parse(input).Filters;
      const key = filter?.Name.slice('tag:'.length) ?? '';
      return {
        Snapshots: snapshots
          .filter(({ tags }) => filter?.Values.includes(tags[key] ?? ''))
          .map(({ SnapshotId }) => ({ SnapshotId, State: 'completed' })),
      };
    },
  };

  return {
    operations,
    effects,
    monitoring,
    launch: (instance) =>
      void instances.set(instance.instanceId, {
        ...instance,
        state: instance.isStopped ? 'stopped' : 'running',
        isBooting: false,
        groups: {
          ...(instance.interfaces ?? { [instance.instanceId.replace('i-', 'eni-')]: ['sg-0000000a'] }),
        },
      }),
    terminate: (instanceId) => {
      const found = instances.get(instanceId);
      if (found) Object.assign(found, { state: 'terminated', groups: {} });
    },
    attach: (instanceId, interfaceId, groups) => {
      const found = instances.get(instanceId);
      if (found) found.groups[interfaceId] = groups;
    },
    groupsOf: (instanceId) => ({ ...instances.get(instanceId)?.groups }),
    stateOf: (instanceId) => instances.get(instanceId)?.state ?? 'terminated',
  };
}
