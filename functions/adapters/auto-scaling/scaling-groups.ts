import {
  type AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  type Instance,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { GroupInstance, ScalingGroup } from '../../core/target/scaling-group.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { ScalingGroups } from '../../ports/scaling-groups.ts';
import { translated } from '../aws/translate-error.ts';

const READ = 'autoscaling:DescribeAutoScalingGroups';
/**
 * The group is busy with another scaling, or a change of it is. The SDK gives the errors that it knows a name of its own,
 * and the bundled one knows few.
 */
const NOT_YET = /^(ScalingActivityInProgress|ResourceContention)(Fault)?$/;
/** The statuses of an instance refresh that is over. Any other, known or not, replaces instances. */
const REFRESHED = new Set(['Successful', 'Failed', 'Cancelled', 'RollbackFailed', 'RollbackSuccessful']);
/** One refresh is under way at most, and the newest is listed first. */
const NEWEST = 1;
const RECENT_ACTIVITIES = 20;
/** How Auto Scaling describes a launch; no field says what an activity is. */
const LAUNCH = /^Launching /;

/** ScalingGroups over the API of EC2 Auto Scaling. */
export function createScalingGroups(client: Pick<AutoScalingClient, 'send'>): ScalingGroups {
  return {
    read: async (name) => {
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
      const { AutoScalingGroups: [group] = [] } = await translated(READ, () => client.send(command));
      if (group === undefined)
        throw new NotFound(`${READ}: there is no Auto Scaling group ${name}`, { call: READ });
      return groupOf(group);
    },

    isRefreshing: async (AutoScalingGroupName) => {
      const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName, MaxRecords: NEWEST });
      const { InstanceRefreshes = [] } = await translated('autoscaling:DescribeInstanceRefreshes', () =>
        client.send(command),
      );
      return InstanceRefreshes.some(({ Status = '' }) => !REFRESHED.has(Status));
    },

    failedLaunch: async (AutoScalingGroupName, sinceMs) => {
      const input = { AutoScalingGroupName, MaxRecords: RECENT_ACTIVITIES };
      const { Activities = [] } = await translated('autoscaling:DescribeScalingActivities', () =>
        client.send(new DescribeScalingActivitiesCommand(input)),
      );
      return Activities.find(
        ({ Description = '', StatusCode, StartTime }) =>
          LAUNCH.test(Description) && StatusCode === 'Failed' && (StartTime?.getTime() ?? 0) >= sinceMs,
      )?.StatusMessage;
    },

    setCapacity: async (AutoScalingGroupName, DesiredCapacity) => {
      const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity });
      await onceItMay('autoscaling:SetDesiredCapacity', () => client.send(command));
    },

    terminate: async (InstanceId) => {
      const command = new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId,
        ShouldDecrementDesiredCapacity: false,
      });
      await onceItMay('autoscaling:TerminateInstanceInAutoScalingGroup', () => client.send(command));
    },
  };
}

async function onceItMay(call: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await translated(call, change);
  } catch (error) {
    if (!(error instanceof RequestRefused && NOT_YET.test(error.serviceCode ?? ''))) throw error;
    throw new ServiceUnavailable(error.message, { call, cause: error });
  }
}

function groupOf({
  DesiredCapacity = 0,
  MinSize = 0,
  MaxSize = 0,
  Instances = [],
  SuspendedProcesses = [],
  TargetGroupARNs = [],
  TrafficSources = [],
  Status,
}: AutoScalingGroup): ScalingGroup {
  return {
    desired: DesiredCapacity,
    minimum: MinSize,
    maximum: MaxSize,
    instances: Instances.map(instanceOf),
    suspended: SuspendedProcesses.flatMap(({ ProcessName }) => ProcessName ?? []),
    targetGroups: [...TargetGroupARNs, ...TrafficSources.flatMap(({ Identifier }) => Identifier ?? [])],
    // Auto Scaling gives a group a status only while it is being deleted.
    isBeingDeleted: Status !== undefined,
  };
}

function instanceOf({
  InstanceId = '',
  LifecycleState = 'unknown' as never,
  HealthStatus,
  ProtectedFromScaleIn,
  WeightedCapacity = '1',
}: Instance): GroupInstance {
  return {
    id: InstanceId,
    lifecycle: LifecycleState,
    isHealthy: HealthStatus?.toLowerCase() === 'healthy',
    isProtectedFromScaleIn: ProtectedFromScaleIn ?? true,
    weight: Number(WeightedCapacity),
  };
}
