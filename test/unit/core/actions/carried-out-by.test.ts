import { describe, expect, it } from 'vitest';
import type { ActionParams } from '../../../../functions/core/actions/action-definition.ts';
import { type ActionType, actionDefinition } from '../../../../functions/core/actions/action-table.ts';
import {
  documentsOf,
  executorOn,
  factsNeeded,
  runbookWith,
} from '../../../../functions/core/actions/runbook-of.ts';
import type { TargetKind } from '../../../../functions/core/target/target.ts';

describe('what carries an action out', () => {
  it.each<[ActionType, TargetKind, ActionParams, string | undefined]>([
    ['graceful_stop', 'host', {}, 'selfheal-graceful-stop'],
    ['rollback_deployment', 'host', { by: 'target' }, 'selfheal-rollback-deployment'],
    ['rollback_deployment', 'host', { by: 'code_deploy' }, undefined],
    ['rollback_deployment', 'ecs_service', { by: 'target' }, undefined],
    ['enable_monitoring', 'host', { logLevel: 'DEBUG' }, 'selfheal-enable-monitoring'],
    ['enable_monitoring', 'host', { detailed: true }, undefined],
    ['enable_monitoring', 'lambda_alias', { logLevel: 'DEBUG' }, undefined],
    ['reboot_instance', 'host', {}, undefined],
    ['notify_soc', 'host', {}, undefined],
  ])('is a document for %s on %s with %j, or something else: %s', (type, kind, params, document) => {
    expect(runbookWith(actionDefinition(type), kind, params)?.document).toBe(document);
  });

  it.each<[ActionType, TargetKind, string]>([
    ['graceful_stop', 'host', 'run_command'],
    ['restart_service', 'host', 'run_command'],
    ['restart_service', 'ecs_service', 'resource'],
    ['reboot_instance', 'host', 'resource'],
    ['notify_soc', 'host', 'notification'],
    ['run_document', 'host', 'user_document'],
  ])('is, for %s on %s, the executor %s', (type, kind, executor) => {
    expect(executorOn(actionDefinition(type), kind)).toBe(executor);
  });

  it.each<[ActionType, readonly string[]]>([
    ['graceful_stop', ['selfheal-graceful-stop']],
    ['regenerate_certs', ['selfheal-regenerate-certs', 'selfheal-renew-certificate']],
    ['restart_service', ['selfheal-start-component']],
    ['failover', []],
    ['notify_soc', []],
  ])('may be, for %s, the documents %j', (type, documents) => {
    expect(documentsOf(actionDefinition(type))).toEqual(documents);
  });
});

describe('what a component must declare for an action', () => {
  it.each<[ActionType, TargetKind, ActionParams, readonly string[]]>([
    ['switch_to_readonly', 'host', {}, ['service', 'database']],
    ['restore_snapshot', 'host', {}, ['service', 'database']],
    ['restore_snapshot', 'db_instance', {}, []],
    ['rollback_deployment', 'host', { by: 'target' }, ['service', 'release']],
    ['rollback_deployment', 'host', { by: 'code_deploy' }, ['codeDeploy']],
    ['rollback_deployment', 'custom', { by: 'app_config' }, ['appConfig']],
    ['adjust_timeout', 'host', {}, ['loadBalancer']],
    ['adjust_timeout', 'ecs_service', {}, ['loadBalancer']],
    ['adjust_timeout', 'lambda_alias', {}, []],
    ['enable_monitoring', 'host', { detailed: true }, []],
    ['drain_target', 'host', {}, ['targetGroup']],
    ['notify_soc', 'host', {}, []],
  ])('depends on its targets and parameters: %s on %s with %j', (type, kind, params, facts) => {
    expect(factsNeeded(actionDefinition(type), kind, params)).toEqual(facts);
  });
});

describe('the permissions that an action takes', () => {
  const calls = (type: ActionType, kind: TargetKind, params: ActionParams) => {
    const of = actionDefinition(type);
    return of.executor === 'resource' ? of.callsWith?.(kind, params, {} as never) : undefined;
  };
  const PROVISIONED = [
    'lambda:DeleteProvisionedConcurrencyConfig',
    'lambda:GetProvisionedConcurrencyConfig',
    'lambda:PutProvisionedConcurrencyConfig',
  ];
  const RESERVED = PROVISIONED.map((call) => call.replace(/Provisioned(.*)Config/, 'Function$1'));

  it.each<[TargetKind, ActionParams, readonly string[]]>([
    ['lambda_alias', { concurrency: 'provisioned' }, PROVISIONED],
    ['lambda_alias', { concurrency: 'reserved' }, RESERVED],
    ['ecs_service', { concurrency: 'provisioned' }, ['ecs:DescribeServices', 'ecs:UpdateService']],
    ['host', {}, ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:SetDesiredCapacity']],
    ['custom', {}, []],
  ])('are, to scale %s with %j, %j', (kind, params, expected) => {
    expect(calls('scale_resources', kind, params)).toEqual(expected);
  });

  it('are, to roll back, those of what delivers', () => {
    const by = (kind: TargetKind, way: string) => calls('rollback_deployment', kind, { by: way }) ?? [];
    expect(by('lambda_alias', 'target')).toContain('lambda:UpdateAlias');
    expect(by('ecs_service', 'target')).toContain('ecs:UpdateService');
    expect(by('custom', 'target')).toEqual([]);
    const deploy = by('host', 'code_deploy');
    expect(deploy).toContain('codedeploy:CreateDeployment');
    expect(by('lambda_alias', 'code_deploy')).toEqual([...deploy, 'lambda:GetAlias']);
    expect(by('lambda_alias', 'app_config')).not.toContain('lambda:GetAlias');
    expect(by('host', 'app_config')).toContain('appconfig:StopDeployment');
  });

  it('include those of EC2 for an isolation that it may carry out, and only then', () => {
    const isMeant = (type: ActionType, by: string) => {
      const of = actionDefinition(type);
      return of.executor === 'run_command' && of.byApi?.isMeant({ by });
    };
    for (const type of ['isolate_network', 'verify_containment'] as const)
      expect(['agent', 'agent_first', 'security_groups'].map((by) => isMeant(type, by))).toEqual([
        ...[false, true, true],
      ]);
    expect(isMeant('restore_network', 'security_groups')).toBe(true);
    expect(isMeant('restore_network', 'agent')).toBe(false);
  });
});

it('a function that does not last is waited for no longer than the function that asks it lives', () => {
  const { maximumSecondsWith } = actionDefinition('invoke_function');
  expect(maximumSecondsWith?.({ lasting: true })).toBeUndefined();
  expect(maximumSecondsWith?.({ lasting: false })).toBe(45);
  expect(maximumSecondsWith?.({})).toBe(45);
});

it.each(['invoke_function', 'run_automation'] as const)(
  '%s is for all targets unless it names some',
  (type) => {
    const { targetKinds, targetKindsWith } = actionDefinition(type);
    expect(targetKindsWith?.({})).toEqual(targetKinds);
    expect(targetKindsWith?.({ targetKinds: ['host'] })).toEqual(['host']);
  },
);
