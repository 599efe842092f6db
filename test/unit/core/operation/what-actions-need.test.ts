import { describe, expect, it } from 'vitest';
import { type ActionType, actionDefinition } from '../../../../functions/core/actions/action-table.ts';
import type { Action } from '../../../../functions/core/configuration/schema/action-schema.ts';
import type { Component } from '../../../../functions/core/configuration/schema/component-schema.ts';
import {
  actsOnTargets,
  hasEffect,
  isAboutTraffic,
  isDoneOnce,
  isDoneOnEach,
  isDoneToMachines,
  leavesIsolated,
  needsScalingGroup,
  rollsChangeBack,
  sharedResource,
} from '../../../../functions/core/operation/action-effects.ts';
import { chunked, hasOneTarget } from '../../../../functions/core/operation/layout.ts';
import { needsAgent, repairsWithoutAgent } from '../../../../functions/core/operation/target-availability.ts';

const action = (type: ActionType, params: object = {}): Action => ({
  ...{ type, params: actionDefinition(type).params.parse(params), timeoutSeconds: 60, onError: 'abort' },
});
const GROUPS = { by: 'security_groups', securityGroup: 'sg-0123abcd' };
const ACTIONS = {
  stop: action('graceful_stop'),
  verify: action('verify_health'),
  notify: action('notify_soc'),
  restart: action('restart_service'),
  reboot: action('reboot_instance'),
  replace: action('replace_instance'),
  snapshot: action('snapshot_volume'),
  failover: action('failover'),
  drain: action('drain_target'),
  readmit: action('restore_target'),
  scale: action('scale_resources', { to: 3 }),
  idle: action('adjust_timeout', { to: 5 }),
  rollback: action('rollback_deployment'),
  codeDeploy: action('rollback_deployment', { by: 'code_deploy' }),
  appConfig: action('rollback_deployment', { by: 'app_config' }),
  isolate: action('isolate_network'),
  isolateByGroups: action('isolate_network', GROUPS),
  restore: action('restore_network'),
  document: action('run_document', { document: 'acme' }),
  handed: action('invoke_function', { function: 'f', rollsChangeBack: true }),
};
const NAMES = Object.keys(ACTIONS) as readonly (keyof typeof ACTIONS)[];
const those = (predicate: (one: Action) => boolean) => NAMES.filter((name) => predicate(ACTIONS[name]));
const allBut = (...names: readonly string[]) => NAMES.filter((name) => !names.includes(name));

describe('an action', () => {
  it('is done on targets unless it notifies people', () => {
    expect(those(actsOnTargets)).toEqual(allBut('notify'));
  });

  it('has an effect unless it only looks, copies or notifies', () => {
    expect(those(hasEffect)).toEqual(allBut('verify', 'notify', 'snapshot', 'idle'));
  });

  it('is about traffic where it says whether a load balancer sends requests', () => {
    expect(those(isAboutTraffic)).toEqual(['drain', 'readmit']);
  });

  it('is done once on a group, on a load balancer, or by what delivers', () => {
    const once = ['scale', 'idle', 'codeDeploy', 'appConfig'];
    expect(those(isDoneOnce)).toEqual(once);
    expect(those(isDoneOnEach)).toEqual(allBut('notify', ...once));
  });

  it('needs the Auto Scaling group where it is done by that', () => {
    expect(those(needsScalingGroup)).toEqual(['replace', 'scale']);
  });

  it('is done to whole machines by EC2 or Auto Scaling', () => {
    expect(those(isDoneToMachines)).toEqual(['reboot', 'replace', 'scale']);
  });

  it('needs the agent unless AWS carries it out', () => {
    const byAws = ['reboot', 'replace', 'snapshot', 'failover', 'drain', 'readmit', 'scale', 'idle'];
    expect(those(needsAgent)).toEqual(allBut(...byAws, 'codeDeploy', 'appConfig', 'isolateByGroups'));
  });

  it('repairs hosts without their agents if AWS does something to them', () => {
    expect(those((one) => repairsWithoutAgent([one]))).toEqual(['reboot', 'replace', 'isolateByGroups']);
    expect(repairsWithoutAgent([ACTIONS.stop, ACTIONS.reboot])).toBe(true);
    expect(repairsWithoutAgent([])).toBe(false);
  });

  it.each<
    [keyof typeof ACTIONS, 'deployment' | 'configuration', 'pipeline' | 'codedeploy' | 'appconfig', boolean]
  >([
    ['rollback', 'deployment', 'pipeline', true],
    ['rollback', 'configuration', 'pipeline', false],
    ['codeDeploy', 'deployment', 'codedeploy', true],
    ['codeDeploy', 'deployment', 'pipeline', false],
    ['appConfig', 'configuration', 'appconfig', true],
    ['appConfig', 'deployment', 'appconfig', false],
    ['handed', 'configuration', 'pipeline', true],
    ['stop', 'deployment', 'pipeline', false],
  ])('may roll a change back: %s a %s by %s: %s', (name, kind, source, may) => {
    expect(rollsChangeBack(ACTIONS[name], { kind, source })).toBe(may);
  });

  it('leaves its targets isolated unless a later one lets them back in', () => {
    const { isolate, restore, notify } = ACTIONS;
    expect(leavesIsolated([isolate, notify])).toBe(true);
    expect(leavesIsolated([restore, isolate])).toBe(true);
    expect(leavesIsolated([isolate, restore])).toBe(false);
    expect(leavesIsolated([notify])).toBe(false);
  });
});

describe('what an action is done on once', () => {
  const component = {
    ...{ targets: { autoScalingGroup: 'web-asg' }, loadBalancer: 'a-balancer', codeDeploy: 'shop/live' },
  } as unknown as Component;

  it('is the group, the load balancer, or what delivers to the component', () => {
    expect(sharedResource(ACTIONS.scale, component)).toBe('web-asg');
    expect(sharedResource(ACTIONS.idle, component)).toBe('a-balancer');
    expect(sharedResource(ACTIONS.codeDeploy, component)).toBe('shop/live');
  });

  it('is nothing for what is done on each target, or on what is no host', () => {
    expect(sharedResource(ACTIONS.stop, component)).toBeUndefined();
    const alias = { ...component, targets: { lambdaAlias: 'orders:live' } } as unknown as Component;
    expect(sharedResource(ACTIONS.scale, alias)).toBeUndefined();
    expect(sharedResource(ACTIONS.codeDeploy, alias)).toBe('shop/live');
  });
});

describe('the targets of a component', () => {
  it.each([
    [{ instanceIds: ['i-a'] }, true],
    [{ instanceIds: ['i-a', 'i-b'] }, false],
    [{ tags: { role: 'web' } }, false],
    [{ lambdaAlias: 'orders:live' }, true],
  ])('are known to be one: %j %s', (targets, isOne) => {
    expect(hasOneTarget({ targets } as unknown as Component)).toBe(isOne);
  });

  it('are split into pieces, the last of which may be shorter', () => {
    expect(chunked([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
    expect(chunked([], 2)).toEqual([]);
  });
});
