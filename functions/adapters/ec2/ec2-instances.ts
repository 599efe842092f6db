import {
  CreateSnapshotsCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeInstanceTypesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type _InstanceType as Ec2Type,
  type Instance,
  type InstanceStatus,
  type InstanceStatusSummary,
  ModifyNetworkInterfaceAttributeCommand,
  MonitorInstancesCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Instance, InstanceCheck, NetworkInterface } from '../../core/target/ec2-instance.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

/** Auto Scaling's own tag. */
const GROUP_TAG = 'aws:autoscaling:groupName';
/** Of a snapshot: the operation, the step and the instance that it was taken for. */
const STEP_TAG = 'selfheal:step';
/** An instance that is stopping cannot be started yet, and the reverse. */
const NOT_YET = 'IncorrectInstanceState';

/** Ec2Instances over the API of EC2. */
export function createEc2Instances(client: Pick<EC2Client, 'send'>): Ec2Instances {
  const describe = async (asked: DescribeInstancesCommandInput): Promise<readonly Instance[]> => {
    const found: Instance[] = [];
    let NextToken: string | undefined;
    do {
      const command = new DescribeInstancesCommand({ ...asked, NextToken });
      const page = await translated('ec2:DescribeInstances', () => client.send(command));
      found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return found;
  };
  /** While a zone is disrupted, EC2 answers requests that name instances of others, and fails those that name none. */
  const known = async (ids: readonly string[]): Promise<readonly Instance[]> =>
    await ofThoseThatExist(ids, async (InstanceIds) => await describe({ InstanceIds: [...InstanceIds] }));
  const statuses = async (ids: readonly string[]): Promise<readonly InstanceStatus[]> =>
    await ofThoseThatExist(ids, async (InstanceIds) => {
      const asked = { InstanceIds: [...InstanceIds], IncludeAllInstances: true };
      const command = new DescribeInstanceStatusCommand(asked);
      const answer = await translated('ec2:DescribeInstanceStatus', () => client.send(command));
      return answer.InstanceStatuses ?? [];
    });
  return {
    read: async (ids) => (await known(ids)).map(instanceOf),

    stoppedWith: async (tags) => {
      const tagged = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
      const stopped = { Name: 'instance-state-name', Values: ['stopped'] };
      const found = await describe({ Filters: [...tagged, stopped] });
      return found.flatMap(({ InstanceId }) => InstanceId ?? []);
    },

    interfaces: async (ids) => (await known(ids)).flatMap(interfacesOf),

    setGroups: async (NetworkInterfaceId, groups) => {
      const command = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [...groups] });
      await translated('ec2:ModifyNetworkInterfaceAttribute', () => client.send(command));
    },

    statuses: async (ids) => {
      const found = await statuses(ids);
      return found.map(({ InstanceId = '', InstanceState, InstanceStatus, SystemStatus }) => ({
        id: InstanceId,
        state: InstanceState?.Name ?? 'unknown',
        check: checkOf([InstanceStatus, SystemStatus]),
      }));
    },

    hasInstanceStore: async (type) => {
      const command = new DescribeInstanceTypesCommand({ InstanceTypes: [type as Ec2Type] });
      const { InstanceTypes = [] } = await translated('ec2:DescribeInstanceTypes', () =>
        client.send(command),
      );
      // A type of which nothing is said may have some.
      return InstanceTypes[0]?.InstanceStorageSupported ?? true;
    },

    reboot: async (ids) => {
      const command = new RebootInstancesCommand({ InstanceIds: [...ids] });
      await translated('ec2:RebootInstances', () => client.send(command));
    },

    stop: async (id) => {
      const command = new StopInstancesCommand({ InstanceIds: [id] });
      await onceItMay(() => translated('ec2:StopInstances', () => client.send(command)));
    },

    start: async (id) => {
      const command = new StartInstancesCommand({ InstanceIds: [id] });
      await onceItMay(() => translated('ec2:StartInstances', () => client.send(command)));
    },

    monitor: async (id) => {
      const command = new MonitorInstancesCommand({ InstanceIds: [id] });
      await translated('ec2:MonitorInstances', () => client.send(command));
    },

    unmonitor: async (id) => {
      const command = new UnmonitorInstancesCommand({ InstanceIds: [id] });
      await translated('ec2:UnmonitorInstances', () => client.send(command));
    },

    snapshot: async (id, marker) => {
      const command = new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId: id },
        Description: `Taken by Selfheal of ${id}`,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: STEP_TAG, Value: marker }] }],
      });
      const { Snapshots = [] } = await translated('ec2:CreateSnapshots', () => client.send(command));
      return Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []);
    },

    snapshotsOf: async (marker) => {
      const command = new DescribeSnapshotsCommand({
        OwnerIds: ['self'],
        Filters: [{ Name: `tag:${STEP_TAG}`, Values: [marker] }],
      });
      const { Snapshots = [] } = await translated('ec2:DescribeSnapshots', () => client.send(command));
      return Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []);
    },
  };
}

/** EC2 takes no more ids in a request for statuses. */
const IDS_AT_MOST = 100;

/**
 * Asks about instances by their ids, and leaves out those that EC2 does not know. One of these hides all others, so they are
 * asked about by halves then.
 */
async function ofThoseThatExist<Found>(
  ids: readonly string[],
  ask: (ids: readonly string[]) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  // EC2 refuses ids of nodes outside it as malformed.
  const own = ids.filter((id) => id.startsWith('i-'));
  const halving = async (some: readonly string[]): Promise<readonly Found[]> => {
    try {
      return await ask(some);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      if (some.length === 1) return [];
      return (await Promise.all(chunksOf(some, Math.ceil(some.length / 2)).map(halving))).flat();
    }
  };
  return (await Promise.all(chunksOf(own, IDS_AT_MOST).map(halving))).flat();
}

function chunksOf(ids: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, at) =>
    ids.slice(at * size, (at + 1) * size),
  );
}

function instanceOf({
  InstanceId = '',
  State,
  InstanceType = '' as Ec2Type,
  RootDeviceType = '' as never,
  InstanceLifecycle,
  Monitoring,
  Tags = [],
}: Instance): Ec2Instance {
  const group = Tags.find(({ Key }) => Key === GROUP_TAG)?.Value;
  return {
    id: InstanceId,
    state: State?.Name ?? 'unknown',
    type: InstanceType,
    rootDevice: RootDeviceType,
    isSpot: InstanceLifecycle === 'spot',
    isMonitored: Monitoring?.State === 'enabled' || Monitoring?.State === 'pending',
    ...(group !== undefined && { autoScalingGroup: group }),
  };
}

function interfacesOf({ InstanceId = '', NetworkInterfaces = [] }: Instance): readonly NetworkInterface[] {
  return NetworkInterfaces.map(({ NetworkInterfaceId = '', Groups = [] }) => ({
    id: NetworkInterfaceId,
    instanceId: InstanceId,
    groups: Groups.flatMap(({ GroupId }) => GroupId ?? []).sort(),
  }));
}

/** Of several checks: the worst, and nothing is known of an instance of which one is missing. */
function checkOf(checks: readonly (InstanceStatusSummary | undefined)[]): InstanceCheck {
  const said = checks.map((check) => check?.Status);
  if (said.every((status) => status === 'ok')) return 'ok';
  if (said.includes('impaired')) return 'failing';
  return said.every((status) => status === 'ok' || status === 'initializing') ? 'initializing' : 'unknown';
}

async function onceItMay(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof RequestRefused && error.serviceCode === NOT_YET)) throw error;
    throw new ServiceUnavailable(error.message, { serviceCode: NOT_YET, cause: error });
  }
}
