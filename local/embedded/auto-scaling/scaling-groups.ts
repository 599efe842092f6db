import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';

/** How a group is created. */
export interface GroupSettings {
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Ids of the instances that it has already. @default none: hosts are played elsewhere, and it launches none */
  readonly instances?: readonly string[];
  /** ARNs of the target groups in which it registers its instances. @default none */
  readonly targetGroups?: readonly string[];
}

/** What someone else may change of a group. */
export interface GroupState {
  readonly desired?: number;
  readonly suspended?: readonly string[];
  /** Ids of the instances that scale-in spares. */
  readonly isProtected?: readonly string[];
  readonly isRefreshing?: boolean;
  /** Why launches fail from now on. */
  readonly launchFailure?: string;
}

/** Auto Scaling groups that terminate and launch instances, as the API documents it. */
export interface EmbeddedScalingGroups {
  readonly create: (name: string, settings: GroupSettings) => void;
  /** Changes a group, as someone else would. */
  readonly set: (name: string, state: GroupState) => void;
  /** How the API changed the size of groups, oldest first. */
  readonly changes: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** Ids of the instances that the API terminated, oldest first. */
  readonly terminated: readonly string[];
  /** Each instance of a group, with its lifecycle state. */
  readonly instancesOf: (name: string) => Readonly<Record<string, string>>;
  readonly operations: Operations;
}

export interface ScalingGroupsOptions {
  /** @default time stands still: nothing is launched or terminated in the end */
  readonly clock?: Pick<EmbeddedClock, 'after' | 'nowMs'>;
  /** Called when a new instance is in service, in place of which one. */
  readonly onLaunched?: (id: string, predecessor: string, targetGroups: readonly string[]) => void;
  /** Called when an instance begins to terminate: it has left its target groups. */
  readonly onTerminating?: (id: string, targetGroups: readonly string[]) => void;
}

interface Member {
  readonly id: string;
  lifecycle: 'Pending' | 'InService' | 'Terminating';
}

type Group = Required<Omit<GroupSettings, 'instances' | 'desired'>> & {
  desired: number;
  members: Member[];
  state: GroupState;
  readonly activities: Activity[];
};

interface Activity {
  readonly ActivityId: string;
  readonly AutoScalingGroupName: string;
  readonly Description: string;
  readonly Cause: string;
  readonly StartTime: Date;
  readonly StatusCode: 'Failed' | 'InProgress' | 'Successful';
  readonly StatusMessage?: string;
}

/** How long a launch, and a termination with its connections, take. */
const LAUNCHED_MS = 60_000;
const TERMINATED_MS = 90_000;

const STILL: Pick<EmbeddedClock, 'after' | 'nowMs'> = {
  nowMs: () => 0,
  after: () => ({ cancel: () => undefined }),
};

const namesInput = z.object({ AutoScalingGroupNames: z.array(z.string()).min(1) });
const nameInput = z.object({ AutoScalingGroupName: z.string(), MaxRecords: z.int().min(1).max(100) });
const capacityInput = z.object({ AutoScalingGroupName: z.string(), DesiredCapacity: z.int().min(0) });
const terminateInput = z.object({ InstanceId: z.string(), ShouldDecrementDesiredCapacity: z.literal(false) });

export function createEmbeddedScalingGroups({
  clock = STILL,
  onLaunched = () => undefined,
  onTerminating = () => undefined,
}: ScalingGroupsOptions = {}): EmbeddedScalingGroups {
  const groups = new Map<string, Group>();
  const changes: { name: string; from: number; to: number }[] = [];
  const terminated: string[] = [];
  let launches = 0;

  const groupOf = (name: string): Group => {
    const found = groups.get(name);
    if (found) return found;
    throw new ApiError('ValidationError', `AutoScalingGroup name not found - ${name}`);
  };
  const memberOf = (id: string) => {
    for (const [name, group] of groups) {
      const member = group.members.find((one) => one.id === id);
      if (member) return { name, group, member };
    }
    throw new ApiError(
      'ValidationError',
      `Instance Id not found - No managed instance found for instance ID ${id}`,
    );
  };
  const note = (name: string, what: string, status: Pick<Activity, 'StatusCode' | 'StatusMessage'>): void => {
    const { activities } = groupOf(name);
    activities.unshift({
      ActivityId: `activity-${activities.length + 1}`,
      AutoScalingGroupName: name,
      Description: what,
      Cause: 'an instance was taken out of service in response to a user request.',
      StartTime: new Date(clock.nowMs()),
      ...status,
    });
  };
  const launch = (name: string, predecessor: string): void => {
    const group = groupOf(name);
    const { launchFailure } = group.state;
    if (launchFailure !== undefined) {
      note(name, 'Launching a new EC2 instance', { StatusCode: 'Failed', StatusMessage: launchFailure });
      return;
    }
    launches += 1;
    const member: Member = { id: `i-${String(launches).padStart(17, 'f')}`, lifecycle: 'Pending' };
    group.members.push(member);
    note(name, `Launching a new EC2 instance: ${member.id}`, { StatusCode: 'InProgress' });
    clock.after(LAUNCHED_MS, () => {
      member.lifecycle = 'InService';
      onLaunched(member.id, predecessor, group.targetGroups);
    });
  };
  const serving = ({ members }: Group) => members.filter(({ lifecycle }) => lifecycle !== 'Terminating');

  const operations: Operations = {
    DescribeAutoScalingGroups: (input) => ({
      AutoScalingGroups: namesInput.parse(input).AutoScalingGroupNames.flatMap((name) => {
        const group = groups.get(name);
        return group === undefined ? [] : [describe(name, group)];
      }),
    }),
    DescribeInstanceRefreshes: (input) => {
      const { AutoScalingGroupName } = nameInput.parse(input);
      const { isRefreshing = false } = groupOf(AutoScalingGroupName).state;
      const Status = isRefreshing ? 'InProgress' : 'Successful';
      return { InstanceRefreshes: [{ InstanceRefreshId: 'refresh-1', AutoScalingGroupName, Status }] };
    },
    DescribeScalingActivities: (input) => {
      const { AutoScalingGroupName, MaxRecords } = nameInput.parse(input);
      return { Activities: groupOf(AutoScalingGroupName).activities.slice(0, MaxRecords) };
    },
    SetDesiredCapacity: (input) => {
      const { AutoScalingGroupName: name, DesiredCapacity: to } = capacityInput.parse(input);
      const group = groupOf(name);
      if (to > group.maximum || to < group.minimum)
        throw new ApiError(
          'ValidationError',
          `New SetDesiredCapacity value ${to} is outside of ${group.minimum} and ${group.maximum}`,
        );
      if (to !== group.desired) changes.push({ name, from: group.desired, to });
      group.desired = to;
      return {};
    },
    TerminateInstanceInAutoScalingGroup: (input) => {
      const { InstanceId } = terminateInput.parse(input);
      const { name, group, member } = memberOf(InstanceId);
      if (member.lifecycle === 'Terminating')
        throw new ApiError('ScalingActivityInProgressFault', `Scaling activity in progress for ${name}`);
      member.lifecycle = 'Terminating';
      terminated.push(InstanceId);
      note(name, `Terminating EC2 instance: ${InstanceId}`, { StatusCode: 'InProgress' });
      onTerminating(InstanceId, group.targetGroups);
      clock.after(TERMINATED_MS, () => {
        group.members = group.members.filter((one) => one !== member);
      });
      if (serving(group).length < group.desired) launch(name, InstanceId);
      return { Activity: group.activities[0] };
    },
  };

  return {
    changes,
    terminated,
    operations,
    create: (name, { instances = [], targetGroups = [], ...size }) =>
      void groups.set(name, {
        ...size,
        targetGroups,
        members: instances.map((id) => ({ id, lifecycle: 'InService' })),
        state: {},
        activities: [],
      }),
    set: (name, state) => {
      const group = groupOf(name);
      group.state = { ...group.state, ...state };
      if (state.desired !== undefined) group.desired = state.desired;
    },
    instancesOf: (name) =>
      Object.fromEntries(groupOf(name).members.map(({ id, lifecycle }) => [id, lifecycle])),
  };
}

function describe(name: string, group: Group): object {
  const { suspended = [], isProtected = [] } = group.state;
  return {
    AutoScalingGroupName: name,
    MinSize: group.minimum,
    MaxSize: group.maximum,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: ['us-east-1a'],
    HealthCheckType: 'EC2',
    CreatedTime: new Date(0),
    TargetGroupARNs: group.targetGroups,
    SuspendedProcesses: suspended.map((ProcessName) => ({
      ProcessName,
      SuspensionReason: 'User suspended at 2026-11-22T13:30:00Z',
    })),
    Instances: group.members.map(({ id, lifecycle }) => ({
      InstanceId: id,
      AvailabilityZone: 'us-east-1a',
      LifecycleState: lifecycle,
      HealthStatus: 'Healthy',
      ProtectedFromScaleIn: isProtected.includes(id),
    })),
  };
}
