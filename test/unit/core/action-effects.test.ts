import { describe, expect, it } from 'vitest';
import type { ActionDefinition, ActionParams } from '../../../functions/core/actions/action-definition.ts';
import type { ActionType } from '../../../functions/core/actions/action-table.ts';
import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { replaces } from '../../../functions/core/operation/action-effects.ts';
import type { TargetKind } from '../../../functions/core/target/target.ts';

const definition = (type: ActionType): ActionDefinition => actionDefinition(type);

describe('what an action does to its target', () => {
  it.each<[ActionType, ActionParams, string]>([
    ['start_component', { mode: 'restart' }, 'restarts'],
    ['start_component', { mode: 'start' }, 'starts'],
    ['rollback_config', { apply: 'none' }, 'changes-files'],
    ['rollback_config', { apply: 'restart' }, 'restarts'],
    ['rollback_config', { apply: 'reload' }, 'restarts'],
    ['regenerate_certs', { apply: 'restart' }, 'restarts'],
    ['regenerate_certs', { apply: 'reload' }, 'starts'],
    ['rollback_deployment', { by: 'app_config' }, 'changes-files'],
    ['rollback_deployment', { by: 'code_deploy' }, 'restarts'],
    ['rollback_deployment', {}, 'restarts'],
    ['increase_resources', { ladder: [{ memoryMiB: 512 }] }, 'starts'],
    ['increase_resources', { ladder: [{ storageGiB: 5 }, { instanceClass: 'db.r6g.large' }] }, 'restarts'],
    ['stop_instance', { phase: 'do' }, 'stops'],
    ['stop_instance', { phase: 'undo' }, 'starts'],
    ['start_instance', { phase: 'do' }, 'starts'],
    ['start_instance', { phase: 'undo' }, 'stops'],
    ['invoke_function', { effect: 'stops' }, 'stops'],
    ['run_document', { effect: 'restarts' }, 'restarts'],
    ['run_automation', { effect: 'isolates' }, 'isolates'],
    ['graceful_stop', {}, 'stops'],
    ['clear_temp_files', {}, 'changes-files'],
    ['isolate_network', {}, 'isolates'],
    ['restore_network', {}, 'reconnects'],
    ['enter_safe_mode', {}, 'safe-mode'],
    ['leave_safe_mode', {}, 'restarts'],
    ['switch_to_readonly', {}, 'read-only'],
    ['restore_snapshot', {}, 'restarts'],
    ['restart_service', {}, 'restarts'],
    ['failover', {}, 'restarts'],
    ['reboot_instance', {}, 'restarts'],
    ['replace_instance', {}, 'replaces'],
    ['drain_target', {}, 'drains'],
    ['restore_target', {}, 'readmits'],
    ['scale_resources', {}, 'starts'],
    ['resume_writes', {}, 'none'],
    ['backup_db', {}, 'none'],
    ['verify_integrity', {}, 'none'],
    ['enable_monitoring', {}, 'none'],
    ['health_check', {}, 'none'],
    ['snapshot_database', {}, 'none'],
    ['notify_soc', {}, 'none'],
  ])('follows from its parameters: %s %j %s', (type, params, effect) => {
    expect(definition(type).effect(params)).toBe(effect);
  });

  it.each<[ActionType, ActionParams, string | undefined]>([
    ['rollback_config', {}, 'configuration'],
    ['revert_rules', {}, 'configuration'],
    ['rollback_deployment', {}, 'deployment'],
    ['invoke_function', { rollsChangeBack: true }, 'any'],
    ['invoke_function', { rollsChangeBack: false }, undefined],
    ['graceful_stop', {}, undefined],
  ])('rolls a change back or does not: %s %j %s', (type, params, kind) => {
    expect(definition(type).rollsChangeBack?.(params)).toBe(kind);
  });

  it.each<[ActionType, ActionParams, number, number]>([
    ['graceful_stop', { graceSeconds: 30 }, 0, 30],
    ['switch_to_readonly', { graceSeconds: 20 }, 0, 20],
    ['start_component', { settleSeconds: 7 }, 7, 7],
    ['verify_health', { stableSeconds: 10, timeoutSeconds: 60 }, 10, 70],
  ])('takes as long as its parameters say: %s %j', (type, params, leastSeconds, mostSeconds) => {
    expect(definition(type).duration?.(params)).toEqual({ leastSeconds, mostSeconds });
  });
});

it('only what ends its targets replaces them', () => {
  const action = (type: ActionType) => ({ type, params: {}, timeoutSeconds: 60, onError: 'abort' }) as const;
  expect(replaces([action('graceful_stop'), action('replace_instance')])).toBe(true);
  expect(replaces([action('graceful_stop'), action('reboot_instance')])).toBe(false);
});

describe('what an action asks of AWS', () => {
  const calls = (type: ActionType, kind: TargetKind, params: ActionParams = {}, facts: object = {}) => {
    const of = definition(type);
    return of.executor === 'resource' ? of.callsWith?.(kind, params, facts as never) : undefined;
  };

  it('includes the events of a standby’s failover only where that is asked for', () => {
    const reboot = ['rds:DescribeDBInstances', 'rds:RebootDBInstance'];
    expect(calls('restart_service', 'db_instance')).toEqual(reboot);
    expect(calls('restart_service', 'db_instance', { failover: true })).toEqual([
      ...reboot,
      'rds:DescribeEvents',
    ]);
    const update = ['ecs:DescribeServices', 'ecs:UpdateService'];
    expect(calls('restart_service', 'ecs_service', { failover: true })).toEqual(update);
    expect(calls('restart_service', 'host')).toEqual([]);
  });

  it('includes nothing for monitoring that is a matter of the host’s service', () => {
    expect(calls('enable_monitoring', 'host', { logLevel: 'debug' })).toEqual([]);
    expect(calls('enable_monitoring', 'db_instance')).toEqual([]);
    expect(calls('enable_monitoring', 'host')).toContain('ec2:MonitorInstances');
    expect(calls('enable_monitoring', 'ecs_service', { logLevel: 'debug' })).toContain(
      'ecs:UpdateClusterSettings',
    );
  });

  it('includes the health in a target group only where a new instance is in one', () => {
    const health = 'elasticloadbalancing:DescribeTargetHealth';
    expect(calls('replace_instance', 'host')).not.toContain(health);
    expect(calls('replace_instance', 'host', {}, { targetGroup: 'arn' })).toContain(health);
  });
});
