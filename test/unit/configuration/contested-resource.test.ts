import { describe, expect, it } from 'vitest';
import { contestedResource } from '../../../functions/core/configuration/contested-resource.ts';
import { configured, NODE } from '../../factories/configuration.ts';

const ELB = 'arn:aws:elasticloadbalancing:us-east-1:111122223333';
const TARGET_GROUP = `${ELB}:targetgroup/web/0123456789abcdef`;
const LOAD_BALANCER = `${ELB}:loadbalancer/app/web/0123456789abcdef`;

const inGroup = (name: string, more: object = {}) => ({ targets: { autoScalingGroup: name }, ...more });
const resource = (targets: object, more: object = {}) => ({ service: undefined, targets, ...more });
const action = (type: string, params: object = {}) => ({ type, params });
const RESTART = action('start_component', { mode: 'restart' });
const CHECK = action('health_check');

/** What `one`, which these actions repair, and `other`, which the last one repairs, have in common. */
function contested(
  one: object,
  other: object,
  actions: readonly object[],
  ofOther: object = CHECK,
  rollback: object = {},
): string | undefined {
  const configuration = configured({
    components: { one: { ...one }, other: { ...other } },
    strategies: [
      { components: ['one'], actions, rollback },
      { id: 'other', components: ['other'], actions: [ofOther] },
    ],
  });
  const found = contestedResource('one', 'other', configuration);
  expect(contestedResource('other', 'one', configuration)).toBe(found);
  return found;
}

describe('two components with services of their own', () => {
  it.each(['reboot_instance', 'stop_instance', 'start_instance', 'replace_instance'])(
    'contest the Auto Scaling group in which one has %s',
    (type) => {
      expect(contested(inGroup('asg'), inGroup('asg'), [action(type)])).toBe('the Auto Scaling group asg');
      expect(contested(inGroup('asg'), inGroup('other'), [action(type)])).toBeUndefined();
    },
  );

  it('contest the Auto Scaling group that one of them scales', () => {
    const scale = action('scale_resources', { to: 3 });
    expect(contested(inGroup('asg'), inGroup('asg'), [RESTART, scale])).toBe('the Auto Scaling group asg');
  });

  it.each([
    [
      'a host by its id',
      { instanceIds: [NODE, 'i-0123456789abcdef1'] },
      { instanceIds: [NODE] },
      `the host ${NODE}`,
    ],
    [
      'hosts by the same tags',
      { tags: { role: 'web', stage: 'test' } },
      { tags: { stage: 'test', role: 'web' } },
      'the hosts tagged role=web, stage=test',
    ],
    ['no hosts by other tags', { tags: { role: 'web' } }, { tags: { role: 'db' } }, undefined],
    ['no hosts by an id and a tag', { instanceIds: [NODE] }, { tags: { role: 'db' } }, undefined],
  ])('contest %s that one may reboot', (_, targets, others, expected) => {
    expect(contested({ targets }, { targets: others }, [action('reboot_instance')])).toBe(expected);
  });

  it('contest hosts that one may stop only in its rollback plan', () => {
    const rollback = { actions: [action('stop_instance')] };
    expect(contested({}, {}, [RESTART], CHECK, rollback)).toBe(`the host ${NODE}`);
  });

  it('contest a host that a strategy for every component may reboot', () => {
    const configuration = configured({
      components: { one: {}, other: {} },
      strategies: [{ actions: [action('reboot_instance')] }],
    });
    expect(contestedResource('one', 'other', configuration)).toBe(`the host ${NODE}`);
  });

  it('contest nothing if what is rebooted is neither of theirs', () => {
    const configuration = configured({
      components: { one: {}, other: {}, third: {} },
      strategies: [{ components: ['third'], actions: [action('reboot_instance')] }],
    });
    expect(contestedResource('one', 'other', configuration)).toBeUndefined();
  });

  it('contest nothing with a component that the configuration no longer has', () => {
    const configuration = configured({ components: { one: {} }, strategies: [{}] });
    expect(contestedResource('one', 'gone', configuration)).toBeUndefined();
    expect(contestedResource('gone', 'one', configuration)).toBeUndefined();
    expect(contestedResource('gone', 'gone', configuration)).toBeUndefined();
  });

  it('contest nothing by isolation, which is not to wait for the repair of another service', () => {
    expect(contested(inGroup('asg'), inGroup('asg'), [action('isolate_network')])).toBeUndefined();
  });

  it.each(['start_component', 'health_check', 'snapshot_volume', 'restart_service'])(
    'contest nothing by %s, which leaves other services alone',
    (type) => {
      expect(contested(inGroup('asg'), inGroup('asg'), [action(type)])).toBeUndefined();
    },
  );
});

describe('two components behind one target group', () => {
  const behind = { targetGroup: TARGET_GROUP };

  it('contest it if repairs of one drain hosts, whatever hosts they have', () => {
    const other = inGroup('other', behind);
    expect(contested(inGroup('asg', behind), other, [RESTART])).toBe('the target group web');
    expect(contested(inGroup('asg', behind), other, [action('replace_instance')])).toBe(
      'the target group web',
    );
  });

  it('contest nothing if hosts stay in service, or are behind another one', () => {
    expect(contested(inGroup('asg', behind), inGroup('other', behind), [CHECK])).toBeUndefined();
    const elsewhere = inGroup('other', { targetGroup: TARGET_GROUP.replace('/web/', '/admin/') });
    expect(contested(inGroup('asg', behind), elsewhere, [RESTART])).toBeUndefined();
  });
});

describe('two components behind one load balancer', () => {
  const behind = { loadBalancer: LOAD_BALANCER };
  const adjust = action('adjust_timeout', { to: 120 });

  it('contest it if repairs of one change its idle time-out', () => {
    const service = resource({ ecsService: 'prod/orders' }, behind);
    expect(contested(inGroup('asg', behind), service, [adjust])).toBe('the load balancer web');
    expect(contested(service, inGroup('asg', behind), [adjust])).toBe('the load balancer web');
    expect(contested(inGroup('asg', behind), service, [RESTART])).toBeUndefined();
  });

  it('contest nothing by the time-out of a function', () => {
    const alias = resource({ lambdaAlias: 'orders:live' }, behind);
    expect(contested(alias, inGroup('asg', behind), [adjust])).toBeUndefined();
  });
});

describe('two components that one delivery brings releases to', () => {
  it.each([
    ['code_deploy', { codeDeploy: 'shop/production' }, 'the deployment group shop/production'],
    [
      'app_config',
      { appConfig: 'abc1234/def5678/ghi9012' },
      'the configuration in AppConfig abc1234/def5678/ghi9012',
    ],
  ])('contest it if one is rolled back by %s', (by, delivered, expected) => {
    const one = inGroup('one', delivered);
    const other = inGroup('other', delivered);
    expect(contested(one, other, [action('rollback_deployment', { by })])).toBe(expected);
    expect(contested(one, other, [RESTART])).toBeUndefined();
  });
});

describe('a cluster of databases and an instance', () => {
  it('contest the instance to which the cluster is to fail over', () => {
    const cluster = resource({ dbCluster: 'orders' });
    const failover = action('failover', { to: 'orders-2' });
    const instance = (dbInstance: string) => resource({ dbInstance });
    expect(contested(cluster, instance('orders-2'), [failover])).toBe('the database instance orders-2');
    expect(contested(cluster, instance('orders-3'), [failover])).toBeUndefined();
    expect(contested(cluster, instance('orders-2'), [action('failover')])).toBeUndefined();
  });
});
