import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBalancedAddresses } from '../../functions/adapters/elastic-load-balancing/balanced-addresses.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type Moto, startMoto } from '../../local/moto/server.ts';
import { requirement } from '../factories/requirements.ts';

describe.skipIf(!requirement('python'))('addresses of load balancers on moto', () => {
  let moto: Moto;
  let balancers: ElasticLoadBalancingV2Client;
  let vpc: { readonly id: string; readonly subnets: readonly string[] };
  beforeAll(async () => {
    moto = await startMoto();
    const settings = { ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 };
    const ec2 = new EC2Client(settings);
    balancers = new ElasticLoadBalancingV2Client(settings);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const subnets = await Promise.all(
      ['a', 'b'].map(async (zone, index) => {
        const AvailabilityZone = `${moto.region}${zone}`;
        const command = new CreateSubnetCommand({
          ...{ VpcId: Vpc?.VpcId, AvailabilityZone, CidrBlock: `10.0.${index}.0/24` },
        });
        return (await ec2.send(command)).Subnet?.SubnetId ?? '';
      }),
    );
    ec2.destroy();
    vpc = { id: Vpc?.VpcId ?? '', subnets };
  });
  afterAll(async () => {
    balancers?.destroy();
    await moto?.stop();
  });

  const targetGroup = async (Name: string): Promise<string> => {
    const command = new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 80, VpcId: vpc.id });
    return (await balancers.send(command)).TargetGroups?.[0]?.TargetGroupArn ?? '';
  };
  const forward = (TargetGroupArn: string) => [{ Type: 'forward' as const, TargetGroupArn }];

  it('are the balancer’s own name and the host names of its rules, with the target groups behind them', async () => {
    const [orders, pay, unused] = [
      await targetGroup('orders'),
      await targetGroup('pay'),
      await targetGroup('unused'),
    ];
    const made = await balancers.send(
      new CreateLoadBalancerCommand({ Name: 'shop', Subnets: [...vpc.subnets], Scheme: 'internal' }),
    );
    const [{ LoadBalancerArn = '', DNSName = '' } = {}] = made.LoadBalancers ?? [];
    const listened = await balancers.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: forward(orders),
      }),
    );
    await balancers.send(
      new CreateRuleCommand({
        ListenerArn: listened.Listeners?.[0]?.ListenerArn,
        Priority: 1,
        Conditions: [
          { Field: 'host-header', HostHeaderConfig: { Values: ['pay.example.com', '*.example.org'] } },
        ],
        Actions: forward(pay),
      }),
    );
    const found = await createBalancedAddresses(balancers)([pay, unused]);
    expect(new Set(found.map(({ name, targetGroups }) => `${name} ${targetGroups.join(' ')}`))).toEqual(
      new Set([`${DNSName} ${orders}`, `${DNSName} ${pay}`, `pay.example.com ${pay}`]),
    );
  });

  it('are none for a target group that does not exist', async () => {
    const gone = `arn:aws:elasticloadbalancing:${moto.region}:123456789012:targetgroup/gone/0123456789abcdef`;
    expect(await createBalancedAddresses(balancers)([gone])).toEqual([]);
  });
});
