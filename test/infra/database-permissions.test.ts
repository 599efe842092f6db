import { describe, expect, it } from 'vitest';
import { grantedOnTargets, targetConfiguration } from './granted-on-targets.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

describe('the permissions for databases of RDS', () => {
  const rds = (targets: string, step: string) =>
    targetConfiguration(step)
      .replace('lambdaAlias: orders:live', targets)
      .replace('{ errors: { metric: errors, threshold: 5 } }', '{ errors: { metric: cpu, threshold: 90 } }')
      .replace('trigger: { metrics: [errors] }', 'trigger: { statuses: [CRITICAL] }');
  const database = (kind: 'db' | 'cluster') =>
    `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${kind}:orders`;
  const rulesOf = (yaml: string) =>
    [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()].filter(({ Properties }) =>
      JSON.stringify(Properties['EventPattern'] ?? {}).includes('aws.rds'),
    );

  it.each([
    ['dbInstance: orders', 'restart_service', 'db', 'rds:DescribeDBInstances', 'rds:RebootDBInstance'],
    ['dbCluster: orders', 'failover', 'cluster', 'rds:DescribeDBClusters', 'rds:FailoverDBCluster'],
    [
      'dbInstance: orders',
      'increase_resources, params: { ladder: [{ storageGiB: 200 }] }',
      'db',
      'rds:DescribeDBInstances',
      'rds:ModifyDBInstance',
    ],
  ] as const)('cover that database alone: %s, %s', (targets, type, kind, read, change) => {
    const yaml = rds(targets, `{ type: ${type}, timeoutSeconds: 120 }`);
    const isFailover = change === 'rds:FailoverDBCluster';
    const reads = [`${read} ${database(kind)}`, ...(isFailover ? ['rds:DescribeEvents *'] : [])];
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        ...reads,
        `${change} ${database(kind)}`,
        // AWS lists the instance that is to be the writer as a resource, too.
        ...(isFailover ? [`${change} ${database('db').replace('orders', '*')}`] : []),
      ],
      'selfheal-reconcile': reads,
    });
    const [rule, ...others] = rulesOf(yaml);
    expect(others).toEqual([]);
    expect(rule?.Properties['EventPattern'].detail.SourceArn.map(asText)).toEqual([database(kind)]);
    expect(asText(rule?.Properties['Targets'][0].Arn)).toMatch(/Reconcile/);
  });

  it.each(['failover', 'restart_service, params: { failover: true }'])(
    'include reading RDS’s events where a standby takes over: %s',
    (type) => {
      const reads = [`rds:DescribeDBInstances ${database('db')}`, 'rds:DescribeEvents *'];
      expect(grantedOnTargets(rds('dbInstance: orders', `{ type: ${type}, timeoutSeconds: 120 }`))).toEqual({
        'selfheal-act': [...reads, `rds:RebootDBInstance ${database('db')}`],
        'selfheal-reconcile': reads,
      });
    },
  );

  it.each([
    ['dbInstance: orders', 'db', 'snapshot', 'DBSnapshot'],
    ['dbCluster: orders', 'cluster', 'cluster-snapshot', 'DBClusterSnapshot'],
  ] as const)('cover copying %s, and of its copies only those that are ours', (targets, kind, copy, noun) => {
    const own = `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${copy}:selfheal-orders-*`;
    const read = [`rds:Describe${noun}s ${database(kind)}`, `rds:Describe${noun}s ${own}`].sort();
    const yaml = rds(targets, '{ type: snapshot_database, timeoutSeconds: 120 }');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        `rds:Create${noun} ${database(kind)}`,
        `rds:Create${noun} ${own}`,
        `rds:Delete${noun} ${own}`,
        ...read,
      ].sort(),
      'selfheal-reconcile': read,
    });
  });

  it('cover, for a restore, copies with names of ours, and never the original', () => {
    const arn = (name: string) => `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${name}`;
    const copies = arn('db:selfheal-orders-*');
    const reads = [`rds:DescribeDBInstances ${database('db')}`, `rds:DescribeDBInstances ${copies}`];
    const used = ['snapshot', 'og', 'pg', 'subgrp'].map((resource) => arn(`${resource}:*`));
    expect(
      grantedOnTargets(rds('dbInstance: orders', '{ type: restore_snapshot, timeoutSeconds: 120 }')),
    ).toEqual({
      'selfheal-act': [
        ...reads,
        `rds:AddTagsToResource ${copies}`,
        `rds:CreateDBSnapshot ${copies}`,
        `rds:CreateDBSnapshot ${arn('snapshot:selfheal-orders-*')}`,
        `rds:DeleteDBInstance ${copies}`,
        `rds:DescribeDBSnapshots ${database('db')}`,
        `rds:DescribeDBSnapshots ${arn('snapshot:*')}`,
        ...[copies, ...used].map((resource) => `rds:RestoreDBInstanceFromDBSnapshot ${resource}`),
      ].sort(),
      'selfheal-reconcile': reads.sort(),
    });
  });

  it('cover, for a restore of a cluster, copies with names of ours, and never the original', () => {
    const arn = (name: string) => `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${name}`;
    const [cluster, instance] = [arn('cluster:selfheal-orders-*'), arn('db:selfheal-orders-*')];
    const left = arn('cluster-snapshot:selfheal-orders-*');
    const on = (action: string, ...resources: readonly string[]) =>
      resources.map((resource) => `rds:${action} ${resource}`);
    const reads = on('DescribeDBClusters', database('cluster'), cluster);
    expect(
      grantedOnTargets(rds('dbCluster: orders', '{ type: restore_snapshot, timeoutSeconds: 30 }')),
    ).toEqual({
      'selfheal-act': [
        ...reads,
        ...on('AddTagsToResource', cluster, instance),
        ...on('CreateDBClusterSnapshot', cluster, left),
        ...on('CreateDBInstance', cluster, instance, arn('og:*'), arn('pg:*'), arn('subgrp:*')),
        ...on('DeleteDBCluster', cluster, left),
        ...on('DeleteDBInstance', instance),
        ...on('DescribeDBClusterSnapshots', database('cluster'), arn('cluster-snapshot:*')),
        ...on('DescribeDBInstances', arn('db:*')),
        ...on('RestoreDBClusterFromSnapshot', cluster, arn('cluster-snapshot:*'), arn('cluster-pg:*')),
        ...on('RestoreDBClusterFromSnapshot', arn('og:*'), arn('subgrp:*')),
      ].sort(),
      'selfheal-reconcile': [...reads, ...on('DescribeDBInstances', instance)].sort(),
    });
  });

  it('allow reading alone, and wake nothing, where the database is only checked', () => {
    const yaml = rds('dbInstance: orders', '{ type: health_check }');
    const read = `rds:DescribeDBInstances ${database('db')}`;
    expect(grantedOnTargets(yaml)).toEqual({ 'selfheal-act': [read], 'selfheal-reconcile': [read] });
    expect(rulesOf(yaml)).toEqual([]);
  });
});
