import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScalingGroups } from '../../functions/adapters/auto-scaling/scaling-groups.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../functions/ports/errors.ts';
import type { ScalingGroups } from '../../functions/ports/scaling-groups.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createEmbeddedScalingGroups } from '../../local/embedded/auto-scaling/scaling-groups.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { startMiniStack } from '../../local/ministack/server.ts';
import { startMoto } from '../../local/moto/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { ifThorough } from '../thoroughness.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';
import { runContract } from './executors/contract-run.ts';
import type { Effect } from './executors/executor-under-test.ts';
import { groupSize } from './executors/scaling-group.ts';

const GROUP = 'web-asg';
const SIZE = { minimum: 1, desired: 3, maximum: 900 };
const UNKNOWN = 'i-0123456789abcdef0';

/** A place with the group `web-asg` of three instances. */
interface Place {
  readonly client: AutoScalingClient;
  /** Lets some time pass, in which instances are launched and terminated. */
  readonly pass: () => Promise<void>;
  /** Someone else suspends a process of the group, or has scale-in spare an instance. */
  readonly suspend: (process: string) => Promise<void>;
  readonly protect: (id: string) => Promise<void>;
  readonly startRefresh: () => Promise<void>;
  /** From now on, instances cannot be launched. */
  readonly breakLaunches?: (reason: string) => void;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/moto/DIFFERENCES.md and of local/ministack/DIFFERENCES.md.
  listsRefreshes: true, // moto: ASG-1
  refreshes: true, // MiniStack: ASG-2
  takesTime: true, // moto: ASG-2
  keepsBounds: true, // moto: ASG-3, MiniStack: ASG-1
  unknown: RequestRefused, // moto: ASG-4
  listsFailures: true, // moto: ASG-5, MiniStack: ASG-3
  replaces: true, // MiniStack: ASG-4
  emptyMembers: [] as readonly string[], // moto: ASG-6, MiniStack: ASG-5
  open: async (): Promise<Place> => {
    const clock = createVirtualClock(NOON);
    const groups = createEmbeddedScalingGroups({ clock });
    const instances = ['a', 'b', 'c'].map((end) => `i-0000000000000000${end}`);
    groups.create(GROUP, { ...SIZE, instances });
    return {
      client: createInProcessClient<AutoScalingClient>('AutoScaling', groups.operations),
      pass: async () => await clock.advance(10_000),
      suspend: async (process) => groups.set(GROUP, { suspended: [process] }),
      protect: async (id) => groups.set(GROUP, { isProtected: [id] }),
      startRefresh: async () => groups.set(GROUP, { isRefreshing: true }),
      breakLaunches: (launchFailure) => groups.set(GROUP, { launchFailure }),
      close: async () => undefined,
    };
  },
};

/** What is the same over the API of an emulator. */
async function overApi(client: AutoScalingClient, stop: () => Promise<void>): Promise<Place> {
  await client.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'web',
      ImageId: 'ami-12c6146b',
      InstanceType: 't3.micro',
    }),
  );
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: GROUP,
      LaunchConfigurationName: 'web',
      MinSize: SIZE.minimum,
      DesiredCapacity: SIZE.desired,
      MaxSize: SIZE.maximum,
      AvailabilityZones: ['us-east-1a'],
    }),
  );
  const ofGroup = { AutoScalingGroupName: GROUP };
  return {
    client,
    pass: async () => undefined,
    suspend: async (process) =>
      void (await client.send(new SuspendProcessesCommand({ ...ofGroup, ScalingProcesses: [process] }))),
    protect: async (id) =>
      void (await client.send(
        new SetInstanceProtectionCommand({ ...ofGroup, InstanceIds: [id], ProtectedFromScaleIn: true }),
      )),
    startRefresh: async () => void (await client.send(new StartInstanceRefreshCommand(ofGroup))),
    close: stop,
  };
}

const MOTO = {
  ...EMBEDDED,
  name: 'moto',
  isAvailable: requirement('python'),
  listsRefreshes: false,
  takesTime: false,
  keepsBounds: false,
  unknown: ServiceUnavailable,
  listsFailures: false,
  emptyMembers: ['SuspensionReason'],
  open: async (): Promise<Place> => {
    const moto = await startMoto();
    const client = new AutoScalingClient({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    return await overApi(client, moto.stop);
  },
};

const MINISTACK = {
  ...EMBEDDED,
  name: 'MiniStack',
  isAvailable: requirement('python'),
  refreshes: false,
  keepsBounds: false,
  listsFailures: false,
  replaces: false,
  emptyMembers: ['VPCZoneIdentifier'],
  open: async (): Promise<Place> => {
    const cloud = await startMiniStack();
    const client = new AutoScalingClient({ ...localEndpoint(cloud.endpoint, cloud.region), maxAttempts: 1 });
    return await overApi(client, cloud.stop);
  },
};

describe.each([EMBEDDED, MOTO, ...ifThorough(MINISTACK)])('Auto Scaling groups on $name', (there) => {
  describe.skipIf(!there.isAvailable)('', () => {
    let place: Place;
    let recorded: RecordedClient<AutoScalingClient>;
    let groups: ScalingGroups;
    const ids = async () => (await groups.read(GROUP)).instances.map(({ id }) => id);
    beforeAll(async () => {
      place = await there.open();
      recorded = recordClient(place.client, await serviceModel('autoscaling', '2011-01-01'));
      groups = createScalingGroups(recorded.client);
    });
    afterAll(async () => await place?.close());

    it('are described by their size, their bounds and their instances', async () => {
      const { instances, ...group } = await groups.read(GROUP);
      expect(group).toEqual({ ...SIZE, suspended: [], targetGroups: [], isBeingDeleted: false });
      expect(new Set(instances.map(({ id }) => id)).size).toBe(SIZE.desired);
      for (const { id, ...instance } of instances) {
        expect(id).toMatch(/^i-/);
        expect(instance).toEqual({
          lifecycle: 'InService',
          isHealthy: true,
          isProtectedFromScaleIn: false,
          weight: 1,
        });
      }
    });

    it('have a size that is set as a whole', async () => {
      for (const size of [4, 4, SIZE.desired]) {
        await groups.setCapacity(GROUP, size);
        expect((await groups.read(GROUP)).desired).toBe(size);
      }
    });

    it.runIf(there.keepsBounds)('refuse a size outside their bounds', async () => {
      await expect(groups.setCapacity(GROUP, SIZE.maximum + 1)).rejects.toThrow(RequestRefused);
      await expect(groups.setCapacity(GROUP, SIZE.minimum - 1)).rejects.toThrow(RequestRefused);
      expect((await groups.read(GROUP)).desired).toBe(SIZE.desired);
    });

    it('are scaled, and back, by the executor, once', async () => {
      const sizes: number[] = [];
      const scalingGroups: ScalingGroups = {
        ...groups,
        setCapacity: async (name, size) => {
          sizes.push(size);
          await groups.setCapacity(name, size);
        },
      };
      const effects = (): readonly Effect[] =>
        sizes.map((_, index) => ({ phase: index === 0 ? 'do' : 'undo', target: GROUP }));
      const under = { ...groupSize, open: () => ({ ports: { scalingGroups }, effects }) };
      const run = await runContract(under, 3, () => undefined, true);
      expect(run.violations).toEqual([]);
      expect(run.records.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(sizes).toEqual([SIZE.desired + 2, SIZE.desired]);
      expect((await groups.read(GROUP)).desired).toBe(SIZE.desired);
    });

    it.runIf(there.replaces)('launch another instance for one that is terminated', async () => {
      const before = await ids();
      const [victim = ''] = before;
      await groups.terminate(victim);
      const { desired, instances } = await groups.read(GROUP);
      expect(desired).toBe(SIZE.desired);
      const lifecycles = instances.map(({ lifecycle }) => lifecycle).sort();
      const serving = before.slice(1).map(() => 'InService');
      expect(lifecycles).toEqual(
        there.takesTime ? [...serving, 'Pending', 'Terminating'] : [...serving, 'InService'],
      );
      if (there.takesTime) await expect(groups.terminate(victim)).rejects.toThrow(ServiceUnavailable);
      while ((await ids()).includes(victim)) await place.pass();
      const after = (await groups.read(GROUP)).instances;
      expect(after).toHaveLength(SIZE.desired);
      expect(after.filter(({ id }) => !before.includes(id))).toMatchObject([{ lifecycle: 'InService' }]);
    });

    it.runIf(there.replaces)('refuse to terminate what is not theirs', async () => {
      await expect(groups.terminate(UNKNOWN)).rejects.toThrow(there.unknown);
    });

    it('name no failed launch where none has failed', async () => {
      expect(await groups.failedLaunch(GROUP, 0)).toBeUndefined();
    });

    it.runIf(there.listsFailures)('say why the last launch failed, unless that is long ago', async () => {
      place.breakLaunches?.('no capacity');
      const [victim = ''] = await ids();
      await groups.terminate(victim);
      expect(await groups.failedLaunch(GROUP, NOON)).toBe('no capacity');
      expect(await groups.failedLaunch(GROUP, NOON + 86_400_000)).toBeUndefined();
    });

    it.runIf(there.listsRefreshes)('say whether an instance refresh is in progress', async () => {
      expect(await groups.isRefreshing(GROUP)).toBe(false);
      await place.startRefresh();
      expect(await groups.isRefreshing(GROUP)).toBe(there.refreshes);
    });

    it.runIf(there.replaces)('show what someone has suspended, and what scale-in spares', async () => {
      const [one = ''] = await ids();
      await place.suspend('AZRebalance');
      await place.protect(one);
      const { suspended, instances } = await groups.read(GROUP);
      expect(suspended).toEqual(['AZRebalance']);
      const spared = instances.filter(({ isProtectedFromScaleIn }) => isProtectedFromScaleIn);
      expect(spared.map(({ id }) => id)).toEqual([one]);
    });

    it('end in NotFound where there are none', async () => {
      await expect(groups.read('none')).rejects.toThrow(NotFound);
    });

    it('are refused a size where there are none', async () => {
      await expect(groups.setCapacity('none', 1)).rejects.toThrow(there.unknown);
    });

    it('satisfy AWS’s model of the API in requests and answers', () => {
      expect([...recorded.operations].sort()).toEqual([
        'DescribeAutoScalingGroups',
        ...(there.listsRefreshes ? ['DescribeInstanceRefreshes'] : []),
        'DescribeScalingActivities',
        'SetDesiredCapacity',
        ...(there.replaces ? ['TerminateInstanceInAutoScalingGroup'] : []),
      ]);
      expect(recorded.faults.requests).toEqual([]);
      const isEmpty = (fault: string) => there.emptyMembers.some((member) => fault.includes(`.${member}: `));
      expect(recorded.faults.answers.filter((fault) => !isEmpty(fault))).toEqual([]);
    });
  });
});
