import { describe, expect, it } from 'vitest';
import {
  appConfigCalls,
  deploymentGroupCalls,
  hostCalls,
  hostResourceCalls,
  isolationCalls,
  loadBalancerCalls,
  targetCalls,
  verificationCalls,
} from '../../../functions/core/configuration/target-calls.ts';
import { configured, NODE } from '../../factories/configuration.ts';

type Fields = Readonly<Record<string, unknown>>;

const HOST = { instanceIds: [NODE] };
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const ISOLATE = { type: 'isolate_network' };

const web = (fields: Fields, ...actions: readonly Fields[]) =>
  configured({ components: { web: fields }, strategies: [{ actions }] });
const called = (calls: ReadonlyMap<string, unknown>) => [...calls.keys()].sort();

describe('the calls to be granted', () => {
  it('are none for what the agents of hosts do, functions do, and people are notified of', () => {
    const configuration = web(
      {},
      ...[{ type: 'start_component' }, { type: 'notify_architect', params: { message: 'Look.' } }],
      { type: 'invoke_function', params: { function: 'ci' } },
    );
    for (const calls of [hostCalls, targetCalls, hostResourceCalls, loadBalancerCalls])
      expect(calls(configuration)).toEqual(new Map());
  });

  it('are about hosts that stay isolated, and may be gone meanwhile', () => {
    expect(isolationCalls(web({}, ISOLATE))).toEqual(new Map([['ec2:DescribeInstances', [HOST]]]));
    expect(hostCalls(web({}, ISOLATE))).toEqual(new Map());
    expect(isolationCalls(web({}, { type: 'start_component' }))).toEqual(new Map());
  });

  it('are those of both directions where EC2 isolates', () => {
    const bySecurityGroup = { by: 'security_groups', securityGroup: 'sg-0123456789abcdef0' };
    const calls = hostCalls(web({}, { type: 'isolate_network', params: bySecurityGroup }));
    expect(called(calls)).toContain('ec2:ModifyNetworkInterfaceAttribute');
    for (const subjects of calls.values()) expect(subjects).toEqual([HOST]);
  });

  it('name each resource once, whatever the number of strategies, and none of hosts', () => {
    const targets = { lambdaAlias: 'web-fn:live' };
    const configuration = configured({
      components: { web: { targets, service: undefined }, db: {} },
      strategies: [
        { id: 'one', components: ['web'], actions: [{ type: 'rollback_deployment' }] },
        { id: 'two', components: ['web'], actions: [{ type: 'rollback_deployment' }] },
      ],
    });
    const calls = targetCalls(configuration);
    expect(calls.size).toBeGreaterThan(0);
    for (const subjects of calls.values())
      expect(subjects).toEqual([{ kind: 'lambda_alias', id: targets.lambdaAlias }]);
    expect(hostCalls(configuration)).toEqual(new Map());
  });

  it('are about the target group of the hosts, where they are taken out of it', () => {
    const configuration = web({ targetGroup: GROUP }, { type: 'drain_target' }, { type: 'restore_target' });
    const calls = hostResourceCalls(configuration);
    expect(called(calls)).toContain('elasticloadbalancing:DeregisterTargets');
    for (const subjects of calls.values()) expect(subjects).toEqual([{ kind: 'target_group', id: GROUP }]);
    for (const none of [loadBalancerCalls, deploymentGroupCalls, appConfigCalls])
      expect(none(configuration)).toEqual(new Map());
  });

  it('include those that undo what is granted', () => {
    const calls = hostResourceCalls(web({ targetGroup: GROUP }, { type: 'drain_target' }));
    expect(called(calls)).toContain('elasticloadbalancing:RegisterTargets');
  });

  it('are about what else the hosts are part of', () => {
    const loadBalancer = GROUP.replace('targetgroup', 'loadbalancer/app');
    const slower = { type: 'adjust_timeout', params: { to: 120 } };
    const back = (by: string) => ({ type: 'rollback_deployment', params: { by } });
    const subjectsOf = (calls: ReadonlyMap<string, readonly object[]>) => [
      ...new Set([...calls.values()].flat().map((subject) => JSON.stringify(subject))),
    ];
    expect(subjectsOf(loadBalancerCalls(web({ loadBalancer }, slower)))).toEqual([
      JSON.stringify({ kind: 'load_balancer', id: loadBalancer }),
    ]);
    expect(
      subjectsOf(deploymentGroupCalls(web({ codeDeploy: 'shop/production' }, back('code_deploy')))),
    ).toEqual([JSON.stringify({ kind: 'deployment_group', id: 'shop/production' })]);
    const appConfig = 'abc1234/def5678/ghi9012';
    expect(subjectsOf(appConfigCalls(web({ appConfig }, back('app_config'))))).toEqual([
      JSON.stringify({ kind: 'app_configuration', id: appConfig }),
    ]);
  });

  it('by which repairs are verified are about hosts where their target group says whether they helped', () => {
    const inGroup = configured({
      components: { web: { targetGroup: GROUP } },
      strategies: [{ actions: [{ type: 'start_component' }], verify: { by: 'resource' } }],
    });
    const { targets, hosts } = verificationCalls(inGroup);
    expect(hosts).toEqual(new Map([['elasticloadbalancing:DescribeTargetHealth', [HOST]]]));
    expect(targets).toEqual(new Map());
  });

  it('by which repairs are verified are none where AWS itself does not say so', () => {
    const custom = { targets: { custom: 'orders' }, service: undefined };
    const byAlarm = configured({
      components: { web: { targets: { lambdaAlias: 'web-fn:live' }, service: undefined } },
      strategies: [{ actions: [{ type: 'rollback_deployment' }], verify: { by: 'alarm' } }],
    });
    for (const configuration of [
      byAlarm,
      web(custom, { type: 'invoke_function', params: { function: 'ci' } }),
    ])
      expect(verificationCalls(configuration)).toEqual({ targets: new Map(), hosts: new Map() });
  });

  it('by which repairs are verified are about what AWS itself says', () => {
    const alias = { targets: { lambdaAlias: 'web-fn:live' }, service: undefined };
    const { targets, hosts } = verificationCalls(web(alias, { type: 'rollback_deployment' }));
    expect([...targets.values()].flat()).toContainEqual({ kind: 'lambda_alias', id: 'web-fn:live' });
    expect(hosts).toEqual(new Map());
  });
});
