import { describe, expect, it } from 'vitest';
import { sharedTargetRefusal } from '../../../functions/core/admission/shared-targets.ts';
import { mayShareTarget } from '../../../functions/core/configuration/may-share-target.ts';
import { configured, NODE } from '../../factories/configuration.ts';

const [A, B] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];
const ids = (...instanceIds: readonly string[]) => ({ instanceIds: [...instanceIds] });
const group = (autoScalingGroup: string) => ({ autoScalingGroup });
const tags = (entries: Readonly<Record<string, string>>) => ({ tags: entries });

describe('two components with one service', () => {
  it.each([
    ['one id in common', ids(A, B), ids(B), true],
    ['no id in common', ids(A), ids(B), false],
    ['ids and tags', ids(A), tags({ role: 'web' }), true],
    ['ids and an Auto Scaling group', ids(A), group('web'), true],
    ['tags and an Auto Scaling group', tags({ role: 'web' }), group('web'), true],
    ['the same Auto Scaling group', group('web'), group('web'), true],
    ['different Auto Scaling groups', group('web'), group('worker'), false],
    ['the same tag', tags({ role: 'web' }), tags({ role: 'web' }), true],
    ['tags of different keys', tags({ role: 'web' }), tags({ stage: 'test' }), true],
    ['one key with different values', tags({ role: 'web' }), tags({ role: 'worker' }), false],
    [
      'one key that differs among several',
      tags({ role: 'web', stage: 'test' }),
      tags({ stage: 'production', role: 'web' }),
      false,
    ],
  ])('may share a target by %s', (_, one, other, expected) => {
    const at = (targets: typeof one, service = 'nginx.service') => ({ targets, service });
    expect(mayShareTarget(at(one), at(other))).toBe(expected);
    expect(mayShareTarget(at(other), at(one))).toBe(expected);
    expect(mayShareTarget(at(one), at(other, 'other.service'))).toBe(false);
    expect(mayShareTarget({ targets: one }, { targets: other })).toBe(false);
  });
});

describe('two components with a resource of AWS', () => {
  it.each([
    ['one database', { dbInstance: 'main' }, { dbInstance: 'main' }, true],
    ['different databases', { dbInstance: 'main' }, { dbInstance: 'other' }, false],
    ['a cluster and its instance by name', { dbCluster: 'main' }, { dbInstance: 'main-instance-1' }, true],
    [
      'two instances of a cluster',
      { dbInstance: 'main-instance-1' },
      { dbInstance: 'main-instance-2-b' },
      true,
    ],
    ['an instance of another cluster', { dbCluster: 'main' }, { dbInstance: 'other-instance-1' }, false],
    [
      'databases whose names only begin alike',
      { dbInstance: 'main-instance-orders' },
      { dbInstance: 'main-instance-users' },
      false,
    ],
    [
      'a cluster that is itself named like an instance',
      { dbCluster: 'main-instance-db' },
      { dbInstance: 'main-instance-db-instance-1' },
      true,
    ],
    [
      'an instance in another zone',
      { dbCluster: 'main' },
      { dbInstance: 'main-instance-1-us-east-1b' },
      true,
    ],
    ['an instance with a name of its own', { dbCluster: 'main' }, { dbInstance: 'main-1' }, false],
    ['an instance and a cluster of one name', { dbInstance: 'main' }, { dbCluster: 'main' }, false],
    ['one ECS service', { ecsService: 'prod/orders' }, { ecsService: 'prod/orders' }, true],
    ['two aliases of a function', { lambdaAlias: 'orders:live' }, { lambdaAlias: 'orders:beta' }, true],
    ['aliases of two functions', { lambdaAlias: 'orders:live' }, { lambdaAlias: 'basket:live' }, false],
    ['a resource and hosts', { ecsService: 'prod/orders' }, ids(A), false],
  ])('may share it by %s', (_, one, other, expected) => {
    expect(mayShareTarget({ targets: one }, { targets: other })).toBe(expected);
    expect(mayShareTarget({ targets: other }, { targets: one })).toBe(expected);
  });
});

describe('an admission', () => {
  const configuration = configured({
    components: {
      one: { service: 'a.service' },
      twin: { service: 'a.service' },
      other: { service: 'b.service' },
      bare: { service: undefined },
      database: { service: undefined, targets: { dbInstance: 'main' } },
      'database-twin': { service: undefined, targets: { dbInstance: 'main' } },
    },
  });
  const refusal = (component: string, ...inFlight: readonly string[]) =>
    sharedTargetRefusal(component, configuration, { inFlight });

  it('waits for a sibling in flight, and names it', () => {
    expect(refusal('one', 'other', 'twin')).toEqual({
      reason: 'TARGET_BUSY',
      detail: 'twin, which may share a host and a.service, is in flight',
    });
  });

  it('waits for a sibling with the same database', () => {
    expect(refusal('database', 'one', 'database-twin')).toEqual({
      reason: 'TARGET_BUSY',
      detail: 'database-twin, which may share a target, is in flight',
    });
  });

  it('waits for a sibling that may reboot their host, and names the host', () => {
    const shared = configured({
      components: { one: {}, two: {} },
      strategies: [
        { components: ['one'] },
        { id: 'reboot', components: ['two'], actions: [{ type: 'reboot_instance' }] },
      ],
    });
    for (const [component, sibling] of [
      ['one', 'two'],
      ['two', 'one'],
    ] as const)
      expect(sharedTargetRefusal(component, shared, { inFlight: [sibling] })).toEqual({
        reason: 'TARGET_BUSY',
        detail: `${sibling}, which shares the host ${NODE}, is in flight`,
      });
  });

  it('waits for no other component, nor for itself', () => {
    expect(refusal('one', 'other', 'bare', 'one')).toBeUndefined();
  });

  it('waits for a component in flight that is no longer configured: it may have been renamed', () => {
    expect(refusal('one', 'former-name')?.detail).toMatch(/^former-name, which is no longer configured/);
    expect(refusal('bare', 'former-name')).toBeUndefined();
    expect(refusal('database', 'former-name')?.detail).toContain('may share a target');
  });
});
