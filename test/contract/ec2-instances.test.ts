import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEc2Instances } from '../../functions/adapters/ec2/ec2-instances.ts';
import type { Ec2Instances } from '../../functions/ports/ec2-instances.ts';
import { NotFound } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createInstanceFleet } from '../../local/embedded/ec2/instance-fleet.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { startMiniStack } from '../../local/ministack/server.ts';
import { startMoto } from '../../local/moto/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { node, recordingRunbooks } from '../factories/ports/recording-runbooks.ts';
import { requirement } from '../factories/requirements.ts';
import { ifThorough } from '../thoroughness.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';
import { runContract } from './executors/contract-run.ts';
import { stop } from './executors/ec2-instance.ts';
import type { Effect } from './executors/executor-under-test.ts';

const UBUNTU = 'ami-1e749f67';
const MISSING = 'i-0fffffffffffffff0';

/** A place with a running instance that is tagged `tier=web`. */
interface Place {
  readonly client: EC2Client;
  readonly id: string;
  /** Gives the instance a second network interface. @returns a security group that none of them has */
  readonly attach: () => Promise<string>;
  /** Lets some time pass, in which states change. */
  readonly pass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/moto/DIFFERENCES.md and of local/ministack/DIFFERENCES.md.
  takesTime: true, // moto: EC2-1, MiniStack: EC2-1
  isMonitored: true, // moto: EC2-2, MiniStack: EC2-2
  hasParts: true, // MiniStack: EC2-2
  knowsDisks: true, // MiniStack: EC2-3
  open: async (): Promise<Place> => {
    const clock = createVirtualClock(NOON);
    const fleet = createInstanceFleet({ clock });
    const id = 'i-0000000000000000a';
    fleet.launch({ instanceId: id, tags: { tier: 'web' } });
    return {
      client: createInProcessClient<EC2Client>('EC2', fleet.operations),
      id,
      attach: async () => {
        fleet.attach(id, 'eni-0000000000000000b', ['sg-0000000b']);
        return 'sg-0000000c';
      },
      pass: async () => await clock.advance(10_000),
      close: async () => undefined,
    };
  },
};

/** What is the same over the API of an emulator. */
async function overApi(client: EC2Client, close: () => Promise<void>): Promise<Place> {
  const { Instances = [] } = await client.send(
    new RunInstancesCommand({
      ImageId: UBUNTU,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'tier', Value: 'web' }] }],
    }),
  );
  const id = Instances[0]?.InstanceId ?? '';
  return {
    client,
    id,
    attach: async () => {
      const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const { SubnetId, VpcId } = Reservations[0]?.Instances?.[0] ?? {};
      const { NetworkInterface } = await client.send(new CreateNetworkInterfaceCommand({ SubnetId }));
      await client.send(
        new AttachNetworkInterfaceCommand({
          InstanceId: id,
          NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId,
          DeviceIndex: 1,
        }),
      );
      const { GroupId = '' } = await client.send(
        new CreateSecurityGroupCommand({ GroupName: 'isolation', Description: 'none', VpcId }),
      );
      return GroupId;
    },
    pass: async () => undefined,
    close,
  };
}

const MOTO = {
  ...EMBEDDED,
  name: 'moto',
  isAvailable: requirement('python'),
  takesTime: false,
  isMonitored: false,
  open: async (): Promise<Place> => {
    const moto = await startMoto();
    const client = new EC2Client({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    return await overApi(client, moto.stop);
  },
};

const MINISTACK = {
  ...EMBEDDED,
  name: 'MiniStack',
  isAvailable: requirement('python'),
  takesTime: false,
  isMonitored: false,
  hasParts: false,
  knowsDisks: false,
  open: async (): Promise<Place> => {
    const cloud = await startMiniStack();
    const client = new EC2Client({ ...localEndpoint(cloud.endpoint, cloud.region), maxAttempts: 1 });
    return await overApi(client, cloud.stop);
  },
};

describe.each([EMBEDDED, MOTO, ...ifThorough(MINISTACK)])('instances of EC2 on $name', (there) => {
  describe.skipIf(!there.isAvailable)('', () => {
    let place: Place;
    let recorded: RecordedClient<EC2Client>;
    let instances: Ec2Instances;
    let id: string;
    const stateOf = async () => (await instances.read([id]))[0]?.state;
    const becomes = async (state: string) => {
      while ((await stateOf()) !== state) await place.pass();
    };
    beforeAll(async () => {
      place = await there.open();
      ({ id } = place);
      recorded = recordClient(place.client, await serviceModel('ec2', '2016-11-15'));
      instances = createEc2Instances(recorded.client);
    });
    afterAll(async () => await place?.close());

    it('can be read if EC2 knows them', async () => {
      expect(await instances.read([id, MISSING])).toEqual([
        { id, state: 'running', type: 't3.micro', rootDevice: 'ebs', isSpot: false, isMonitored: false },
      ]);
    });

    it('have disks that are lost when they stop, by their type', async () => {
      expect(await instances.hasInstanceStore('t3.micro')).toBe(false);
      expect(await instances.hasInstanceStore('c5d.large')).toBe(there.knowsDisks);
    });

    it('are rebooted, after which EC2 checks them again', async () => {
      expect(await instances.statuses([id])).toEqual([{ id, state: 'running', check: 'ok' }]);
      await instances.reboot([id]);
      const check = async () => (await instances.statuses([id]))[0]?.check;
      expect(await check()).toBe(there.takesTime ? 'initializing' : 'ok');
      while ((await check()) !== 'ok') await place.pass();
      expect(await stateOf()).toBe('running');
    });

    it('are stopped, found by their tags, and started', async () => {
      await instances.stop(id);
      expect(await stateOf()).toBe(there.takesTime ? 'stopping' : 'stopped');
      await becomes('stopped');
      await instances.stop(id);
      expect(await instances.stoppedWith({ tier: 'web' })).toEqual([id]);
      expect(await instances.stoppedWith({ tier: 'web', team: 'shop' })).toEqual([]);
      await instances.start(id);
      expect(await stateOf()).toBe(there.takesTime ? 'pending' : 'running');
      await becomes('running');
      expect(await instances.stoppedWith({ tier: 'web' })).toEqual([]);
    });

    it('are stopped, and started again, by the executor, once', async () => {
      const effects: Effect[] = [];
      const noting = async (phase: Effect['phase'], change: () => Promise<void>) => {
        const before = await stateOf();
        await change();
        if ((await stateOf()) !== before) effects.push({ phase, target: id });
      };
      const passing: Ec2Instances = {
        ...instances,
        read: async (ids) => {
          await place.pass();
          return await instances.read(ids);
        },
        statuses: async (ids) => {
          await place.pass();
          return await instances.statuses(ids);
        },
        stop: async (target) => await noting('do', async () => await instances.stop(target)),
        start: async (target) => await noting('undo', async () => await instances.start(target)),
      };
      const runbooks = recordingRunbooks();
      runbooks.nodes = [node(id)];
      const under = {
        ...stop,
        component: { ...stop.component, targets: { instanceIds: [id] } },
        open: () => ({ ports: { runbooks, instances: passing }, effects: () => effects }),
      };
      const run = await runContract(under, 3, () => undefined, true);
      expect(run.violations).toEqual([]);
      expect(run.records.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(effects.map(({ phase }) => phase)).toEqual(['do', 'undo']);
      expect(await stateOf()).toBe('running');
    });

    it.runIf(there.hasParts)('have their groups replaced on every interface, and get them back', async () => {
      const group = await place.attach();
      const before = await instances.interfaces([id]);
      expect(before).toHaveLength(2);
      for (const { id: interfaceId } of before) await instances.setGroups(interfaceId, [group]);
      expect((await instances.interfaces([id])).map(({ groups }) => groups)).toEqual([[group], [group]]);
      for (const { id: interfaceId, groups } of before) await instances.setGroups(interfaceId, groups);
      expect(await instances.interfaces([id])).toEqual(before);
    });

    it.runIf(there.hasParts)('are copied, and the snapshots found by their marker', async () => {
      const taken = await instances.snapshot(id, 'operation/heal-0');
      expect(taken.length).toBeGreaterThan(0);
      expect(await instances.snapshotsOf('operation/heal-0')).toEqual(taken);
      expect(await instances.snapshotsOf('operation/heal-1')).toEqual([]);
    });

    it.runIf(there.isMonitored)('have their metrics reported each minute, or less often', async () => {
      await instances.monitor(id);
      expect(await instances.read([id])).toMatchObject([{ isMonitored: true }]);
      await instances.unmonitor(id);
      expect(await instances.read([id])).toMatchObject([{ isMonitored: false }]);
    });

    it('end in NotFound where there are none', async () => {
      await expect(instances.reboot([MISSING])).rejects.toThrow(NotFound);
      await expect(instances.stop(MISSING)).rejects.toThrow(NotFound);
      await expect(instances.start(MISSING)).rejects.toThrow(NotFound);
    });

    it('satisfy AWS’s model of the API in requests and answers', () => {
      expect([...recorded.operations].sort()).toEqual(
        [
          ...['DescribeInstanceStatus', 'DescribeInstanceTypes', 'DescribeInstances'],
          ...['RebootInstances', 'StartInstances', 'StopInstances'],
          ...(there.hasParts
            ? ['CreateSnapshots', 'DescribeSnapshots', 'ModifyNetworkInterfaceAttribute']
            : []),
          ...(there.isMonitored ? ['MonitorInstances', 'UnmonitorInstances'] : []),
        ].sort(),
      );
      expect(recorded.faults).toEqual({ requests: [], answers: [] });
    });
  });
});
