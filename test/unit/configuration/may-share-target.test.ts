import { describe, expect, it } from 'vitest';
import {
  type Located,
  mayShareHost,
  mayShareTarget,
  sharesHost,
} from '../../../functions/core/configuration/may-share-target.ts';

type Targets = Located['targets'];

const ids = (...instanceIds: readonly string[]): Targets => ({ instanceIds: [...instanceIds] });
const tags = (entries: Readonly<Record<string, string>>): Targets => ({ tags: entries });
const group = (autoScalingGroup: string): Targets => ({ autoScalingGroup });
const at = (targets: Targets, service?: string): Located => ({ targets, service });

describe('two components', () => {
  it.each<[string, Located, Located, boolean]>([
    ['one service of one host', at(ids('i-1'), 'a.service'), at(ids('i-1'), 'a.service'), true],
    ['another service of it', at(ids('i-1'), 'a.service'), at(ids('i-1'), 'b.service'), false],
    ['one service of another host', at(ids('i-1'), 'a.service'), at(ids('i-2'), 'a.service'), false],
    ['no service of one host', at(ids('i-1')), at(ids('i-1')), false],
    ['hosts and a database', at(ids('i-1')), at({ dbInstance: 'orders' }), false],
    ['hosts and something of one’s own', at(ids('i-1'), 'a.service'), at({ custom: 'a.service' }), false],
    ['one database', at({ dbInstance: 'orders' }), at({ dbInstance: 'orders' }), true],
    ['two databases', at({ dbInstance: 'orders' }), at({ dbInstance: 'basket' }), false],
    ['a cluster', at({ dbCluster: 'orders' }), at({ dbInstance: 'orders-instance-1' }), true],
    [
      'two instances of a cluster',
      at({ dbInstance: 'orders-instance-1-us-east-1b' }),
      at({ dbInstance: 'orders-instance-2' }),
      true,
    ],
    [
      'a cluster and an instance of its name',
      at({ dbCluster: 'orders' }),
      at({ dbInstance: 'orders' }),
      false,
    ],
    [
      'a cluster and one in it by no name',
      at({ dbCluster: 'orders' }),
      at({ dbInstance: 'orders-instance-one' }),
      false,
    ],
    [
      'two aliases of a function',
      at({ lambdaAlias: 'orders:live' }),
      at({ lambdaAlias: 'orders:beta' }),
      true,
    ],
    [
      'aliases of two functions',
      at({ lambdaAlias: 'orders:live' }),
      at({ lambdaAlias: 'basket:live' }),
      false,
    ],
    ['one service of ECS', at({ ecsService: 'prod/orders' }), at({ ecsService: 'prod/orders' }), true],
    ['things of one name and two kinds', at({ custom: 'orders' }), at({ dbCluster: 'orders' }), false],
  ])('may act on the same if they have %s', (_, one, other, may) => {
    expect([mayShareTarget(one, other), mayShareTarget(other, one)]).toEqual([may, may]);
  });
});

describe('two selections of hosts', () => {
  it.each<[string, Targets, Targets, boolean, boolean]>([
    ['an id in common', ids('i-1', 'i-2'), ids('i-2', 'i-3'), true, true],
    ['no id in common', ids('i-1'), ids('i-2'), false, false],
    ['an id, which may carry the tags', ids('i-1'), tags({ role: 'web' }), true, false],
    ['the same tags', tags({ role: 'web' }), tags({ role: 'web' }), true, true],
    ['other tags, which one node can carry', tags({ role: 'web' }), tags({ stage: 'test' }), true, false],
    ['two values of one tag', tags({ role: 'web' }), tags({ role: 'db' }), false, false],
    [
      'two values of one of their tags',
      tags({ role: 'web', stage: 'test' }),
      tags({ role: 'web', stage: 'live' }),
      false,
      false,
    ],
    ['one group', group('web'), group('web'), true, true],
    ['two groups', group('web'), group('db'), false, false],
    ['a group, whose instances may carry the tags', group('web'), tags({ role: 'web' }), true, false],
    ['a database', ids('i-1'), { dbInstance: 'orders' }, false, false],
    ['only databases', { dbInstance: 'orders' }, { dbInstance: 'orders' }, false, false],
  ])('are compared: %s', (_, one, other, may, does) => {
    expect([mayShareHost(one, other), mayShareHost(other, one)]).toEqual([may, may]);
    expect([sharesHost(one, other), sharesHost(other, one)]).toEqual([does, does]);
  });
});
