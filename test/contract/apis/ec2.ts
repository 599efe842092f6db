import type { EC2Client } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { createEc2Instances } from '../../../functions/adapters/ec2/ec2-instances.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createInstanceFleet } from '../../../local/embedded/ec2/instance-fleet.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const ID = 'i-0123456789abcdef0';

/** Instances, their network interfaces and snapshots. */
export const EC2: Api = {
  service: 'ec2',
  apiVersion: '2016-11-15',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const fleet = createInstanceFleet({ clock });
    fleet.launch({ instanceId: ID, tags: { 'aws:autoscaling:groupName': 'web' } });
    const recorded = recordClient(createInProcessClient<EC2Client>('EC2', fleet.operations), model);
    const instances = createEc2Instances(recorded.client);
    expect(await instances.read([ID])).toMatchObject([{ id: ID, autoScalingGroup: 'web' }]);
    await instances.reboot([ID]);
    expect(await instances.statuses([ID])).toMatchObject([{ check: 'initializing' }]);
    expect(await instances.hasInstanceStore('c5d.large')).toBe(true);
    await instances.snapshot(ID, 'operation/heal-0');
    expect(await instances.snapshotsOf('operation/heal-0')).toHaveLength(1);
    const [attached] = await instances.interfaces([ID]);
    await instances.setGroups(attached?.id ?? '', ['sg-0000000b']);
    expect(await instances.interfaces([ID])).toMatchObject([{ groups: ['sg-0000000b'] }]);
    await instances.monitor(ID);
    expect(await instances.read([ID])).toMatchObject([{ isMonitored: true }]);
    await instances.unmonitor(ID);
    expect(await instances.read([ID])).toMatchObject([{ isMonitored: false }]);
    await instances.stop(ID);
    await clock.advance(60_000);
    expect(await instances.stoppedWith({ 'aws:autoscaling:groupName': 'web' })).toEqual([ID]);
    expect(await instances.stoppedWith({ 'aws:autoscaling:groupName': 'other' })).toEqual([]);
    await instances.start(ID);
    return recorded;
  },
};
