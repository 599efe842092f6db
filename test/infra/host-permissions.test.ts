import { describe, expect, it } from 'vitest';
import { ANY_HOST, grantedOnTargets, HOST, hostConfiguration } from './granted-on-targets.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

describe('the permissions for hosts by EC2', () => {
  const READS = ['ec2:DescribeInstances *'];

  it('cover the instances that are named, which the reconciler may only read', () => {
    expect(
      grantedOnTargets(hostConfiguration('instanceIds: [i-0123456789abcdef0, mi-0123456789abcdef0]')),
    ).toEqual({
      'selfheal-act': [...READS, `ec2:RebootInstances ${HOST}`],
      'selfheal-reconcile': ['ec2:DescribeInstanceStatus *'],
    });
  });

  it('let the diagnosis look for stopped instances where a strategy starts some', () => {
    const yaml = hostConfiguration('tags: { tier: web }', '{ type: start_instance, timeoutSeconds: 60 }');
    expect(grantedOnTargets(yaml)['selfheal-diagnose']).toEqual(READS);
  });

  it.each([
    ['tags: { tier: web }', { 'aws:ResourceTag/tier': 'web' }],
    ['autoScalingGroup: web', { 'aws:ResourceTag/aws:autoscaling:groupName': 'web' }],
  ])('cover instances with the tags that choose them, and the managed tag: %s', (targets, tags) => {
    const yaml = hostConfiguration(targets);
    expect(grantedOnTargets(yaml)['selfheal-act']).toEqual([...READS, `ec2:RebootInstances ${ANY_HOST}`]);
    const policies = JSON.stringify([
      ...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::IAM::Policy').values(),
    ]);
    const condition = { 'aws:ResourceTag/selfheal:managed': 'true', ...tags };
    expect(policies).toContain(JSON.stringify({ StringEquals: condition }));
  });

  it('cover, for snapshots, what they are made of, and tags on new ones only', () => {
    const { engine } = synthesizeStacks(
      hostConfiguration('instanceIds: [i-0123456789abcdef0]', '{ type: snapshot_volume }'),
    );
    const statements = [...resourcesOf(engine, 'AWS::IAM::Policy').values()].flatMap(
      ({ Properties }) => Properties['PolicyDocument'].Statement as readonly Record<string, unknown>[],
    );
    const snapshots = 'arn:<AWS::Partition>:ec2:<AWS::Region>::snapshot/*';
    const granted = (action: string) =>
      statements
        .filter(({ Action }) => JSON.stringify(Action).includes(`"${action}"`))
        .map(({ Resource, Condition }) => [[Resource].flat().map(asText), Condition]);
    expect(granted('ec2:CreateSnapshots')).toEqual([
      [[HOST], { StringEquals: { 'aws:ResourceTag/selfheal:managed': 'true' } }],
      [[ANY_HOST.replace('instance', 'volume'), snapshots], undefined],
    ]);
    expect(granted('ec2:CreateTags')).toEqual([
      [[snapshots], { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } }],
    ]);
  });

  it('cover isolation on interfaces with the managed tag, and its verification by reading', () => {
    const group = 'securityGroup: sg-0123456789abcdef0';
    const yaml = hostConfiguration(
      'instanceIds: [i-0123456789abcdef0]',
      `{ type: isolate_network, params: { by: security_groups, ${group} } }], rollback: { onFailure: maintain_isolation }, x: [`,
    ).replace(', x: []', '');
    const modify = 'ec2:ModifyNetworkInterfaceAttribute';
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        ...READS,
        `${modify} ${ANY_HOST.replace('instance', 'network-interface')}`,
        `${modify} ${ANY_HOST.replace('instance', 'security-group')}`,
      ],
      'selfheal-reconcile': READS,
      'selfheal-verify': READS,
    });
    const byAgent = yaml.replace(`by: security_groups, ${group}`, '');
    expect(grantedOnTargets(byAgent)).toEqual({ 'selfheal-reconcile': READS });
  });

  it('cover detailed monitoring on the instances that are named, and its undo', () => {
    const monitor = '{ type: enable_monitoring, params: { detailed: true } }';
    expect(grantedOnTargets(hostConfiguration('instanceIds: [i-0123456789abcdef0]', monitor))).toEqual({
      'selfheal-act': [...READS, `ec2:MonitorInstances ${HOST}`, `ec2:UnmonitorInstances ${HOST}`],
    });
  });

  it('do not include EC2 where a unit is to log more', () => {
    const logs = '{ type: enable_monitoring, params: { logLevel: DEBUG } }';
    expect(grantedOnTargets(hostConfiguration('tags: { tier: web }', logs))).toEqual({});
  });

  it('do not exist where only the agent acts', () => {
    expect(grantedOnTargets(hostConfiguration('tags: { tier: web }', '{ type: start_component }'))).toEqual(
      {},
    );
  });
});
