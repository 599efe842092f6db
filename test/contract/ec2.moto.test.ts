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
import { type Moto, startMoto } from '../../local/moto/server.ts';
import { requirement } from '../factories/requirements.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

const UBUNTU = 'ami-1e749f67';
const MISSING = 'i-0fffffffffffffff0';

describe.skipIf(!requirement('python'))('instances of EC2 on moto', () => {
  let moto: Moto;
  let client: EC2Client;
  let recorded: ReturnType<typeof recordClient<EC2Client>>;
  let instances: Ec2Instances;
  let id: string;
  beforeAll(async () => {
    moto = await startMoto();
    client = new EC2Client({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    recorded = recordClient(client, await serviceModel('ec2', '2016-11-15'));
    instances = createEc2Instances(recorded.client);
    const { Instances = [] } = await client.send(
      new RunInstancesCommand({
        ImageId: UBUNTU,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'tier', Value: 'web' }] }],
      }),
    );
    id = Instances[0]?.InstanceId ?? '';
  });
  afterAll(async () => await moto?.stop());

  it('can be read if EC2 knows them', async () => {
    expect(await instances.read([id, MISSING])).toEqual([
      { id, state: 'running', type: 't3.micro', rootDevice: 'ebs', isSpot: false, isMonitored: false },
    ]);
    expect(await instances.hasInstanceStore('t3.micro')).toBe(false);
    expect(await instances.hasInstanceStore('c5d.large')).toBe(true);
  });

  it('are rebooted, stopped and started', async () => {
    await instances.reboot([id]);
    expect(await instances.statuses([id])).toEqual([{ id, state: 'running', check: 'ok' }]);
    await instances.stop(id);
    expect(await instances.read([id])).toMatchObject([{ state: 'stopped' }]);
    await instances.stop(id);
    expect(await instances.stoppedWith({ tier: 'web' })).toEqual([id]);
    expect(await instances.stoppedWith({ tier: 'web', team: 'shop' })).toEqual([]);
    await instances.start(id);
    expect(await instances.stoppedWith({ tier: 'web' })).toEqual([]);
    expect(await instances.read([id])).toMatchObject([{ state: 'running' }]);
    await expect(instances.reboot([MISSING])).rejects.toThrow(NotFound);
  });

  it('have their groups replaced on every network interface, and get them back', async () => {
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
    const before = await instances.interfaces([id]);
    expect(before).toHaveLength(2);
    for (const { id: interfaceId } of before) await instances.setGroups(interfaceId, [GroupId]);
    expect((await instances.interfaces([id])).map(({ groups }) => groups)).toEqual([[GroupId], [GroupId]]);
    for (const { id: interfaceId, groups } of before) await instances.setGroups(interfaceId, groups);
    expect(await instances.interfaces([id])).toEqual(before);
  });

  it('are copied, and the snapshots found by their marker', async () => {
    const taken = await instances.snapshot(id, 'operation/heal-0');
    expect(taken.length).toBeGreaterThan(0);
    expect(await instances.snapshotsOf('operation/heal-0')).toEqual(taken);
    expect(await instances.snapshotsOf('operation/heal-1')).toEqual([]);
  });

  it('satisfy AWS’s model of the API in requests and answers', () => {
    expect(recorded.operations.size).toBeGreaterThan(6);
    expect(recorded.faults).toEqual({ requests: [], answers: [] });
  });
});
