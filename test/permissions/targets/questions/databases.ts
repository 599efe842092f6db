import type { Question } from '../../../../local/ministack/iam.ts';
import { type Askings, arnOf, type Input, on, onAny } from './resource-arn.ts';

type Type = 'db' | 'cluster' | 'snapshot' | 'cluster-snapshot' | 'og' | 'pg' | 'cluster-pg' | 'subgrp';

const rds = (type: Type, name: unknown) => arnOf('rds', `${type}:${String(name)}`);

/** The groups that a database has, whether the request names them or RDS takes its own. */
const groups = (...types: readonly Type[]) => types.map((type) => rds(type, 'default'));

/** RDS checks the permission to tag where a request has tags. */
const tagging = ({ Tags }: Input, resource: string): readonly Question[] =>
  Array.isArray(Tags) && Tags.length > 0 ? on('rds:AddTagsToResource', resource) : [];

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
export const RDS: Askings = {
  DescribeDBInstances: (input) => on('rds:DescribeDBInstances', rds('db', input['DBInstanceIdentifier'])),
  DescribeDBClusters: (input) => on('rds:DescribeDBClusters', rds('cluster', input['DBClusterIdentifier'])),
  DescribeEvents: onAny('rds:DescribeEvents'),
  RebootDBInstance: (input) => on('rds:RebootDBInstance', rds('db', input['DBInstanceIdentifier'])),
  ModifyDBInstance: (input) => on('rds:ModifyDBInstance', rds('db', input['DBInstanceIdentifier'])),
  FailoverDBCluster: (input) =>
    on(
      'rds:FailoverDBCluster',
      rds('cluster', input['DBClusterIdentifier']),
      rds('db', input['TargetDBInstanceIdentifier']),
    ),
  DescribeDBSnapshots: ({ DBInstanceIdentifier, DBSnapshotIdentifier }) =>
    on(
      'rds:DescribeDBSnapshots',
      ...(DBInstanceIdentifier === undefined ? [] : [rds('db', DBInstanceIdentifier)]),
      rds('snapshot', DBSnapshotIdentifier ?? 'any'),
    ),
  DescribeDBClusterSnapshots: ({ DBClusterIdentifier, DBClusterSnapshotIdentifier }) =>
    on(
      'rds:DescribeDBClusterSnapshots',
      ...(DBClusterIdentifier === undefined ? [] : [rds('cluster', DBClusterIdentifier)]),
      rds('cluster-snapshot', DBClusterSnapshotIdentifier ?? 'any'),
    ),
  CreateDBSnapshot: (input) =>
    on(
      'rds:CreateDBSnapshot',
      rds('db', input['DBInstanceIdentifier']),
      rds('snapshot', input['DBSnapshotIdentifier']),
    ),
  CreateDBClusterSnapshot: (input) =>
    on(
      'rds:CreateDBClusterSnapshot',
      rds('cluster', input['DBClusterIdentifier']),
      rds('cluster-snapshot', input['DBClusterSnapshotIdentifier']),
    ),
  DeleteDBSnapshot: (input) => on('rds:DeleteDBSnapshot', rds('snapshot', input['DBSnapshotIdentifier'])),
  DeleteDBClusterSnapshot: (input) =>
    on('rds:DeleteDBClusterSnapshot', rds('cluster-snapshot', input['DBClusterSnapshotIdentifier'])),
  RestoreDBInstanceFromDBSnapshot: (input) => {
    const copy = rds('db', input['DBInstanceIdentifier']);
    const from = rds('snapshot', input['DBSnapshotIdentifier']);
    return [
      ...on('rds:RestoreDBInstanceFromDBSnapshot', copy, from, ...groups('og', 'pg', 'subgrp')),
      ...tagging(input, copy),
    ];
  },
  RestoreDBClusterFromSnapshot: (input) => {
    const copy = rds('cluster', input['DBClusterIdentifier']);
    const from = rds('cluster-snapshot', input['SnapshotIdentifier']);
    return [
      ...on('rds:RestoreDBClusterFromSnapshot', copy, from, ...groups('og', 'cluster-pg', 'subgrp')),
      ...tagging(input, copy),
    ];
  },
  CreateDBInstance: (input) => {
    const instance = rds('db', input['DBInstanceIdentifier']);
    const cluster = rds('cluster', input['DBClusterIdentifier']);
    return [
      ...on('rds:CreateDBInstance', instance, cluster, ...groups('og', 'pg', 'subgrp')),
      ...tagging(input, instance),
    ];
  },
  DeleteDBInstance: ({ DBInstanceIdentifier, FinalDBSnapshotIdentifier: left }) => {
    const instance = rds('db', DBInstanceIdentifier);
    return [
      ...on('rds:DeleteDBInstance', instance),
      ...(left === undefined ? [] : on('rds:CreateDBSnapshot', instance, rds('snapshot', left))),
    ];
  },
  DeleteDBCluster: ({ DBClusterIdentifier, FinalDBSnapshotIdentifier: left }) => {
    const cluster = rds('cluster', DBClusterIdentifier);
    const snapshot = left === undefined ? [] : [rds('cluster-snapshot', left)];
    return [
      ...on('rds:DeleteDBCluster', cluster, ...snapshot),
      ...(left === undefined ? [] : on('rds:CreateDBClusterSnapshot', cluster, ...snapshot)),
    ];
  },
};
