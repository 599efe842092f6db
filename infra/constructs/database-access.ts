import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { copyPrefix } from '../../functions/core/target/database-copy.ts';
import { snapshotPrefix } from '../../functions/core/target/database-snapshot.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';
import type { AwsAction } from '../../functions/handlers/table/aws-actions.ts';
import type { HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import type { HealingFunction } from './healing-function.ts';

type TargetCalls = ReadonlyMap<string, readonly TargetRef[]>;

type Resource = 'db' | 'cluster' | 'snapshot' | 'cluster-snapshot' | 'og' | 'pg' | 'cluster-pg' | 'subgrp';
type Resources = readonly (readonly [resource: Resource, name: string])[];
type Grants = Readonly<Partial<Record<AwsAction, Resources>>>;

/** How the copies are looked at. */
const READS: ReadonlySet<AwsAction> = new Set(['rds:DescribeDBClusters', 'rds:DescribeDBInstances']);

/** The groups of the original are known to RDS alone. */
const any = (...resources: readonly Resource[]): Resources => resources.map((resource) => [resource, '*']);

function onInstanceCopies(id: string): Grants {
  const name = `${copyPrefix('instance', id)}*`;
  const copies: Resources = [['db', name]];
  return {
    'rds:DescribeDBInstances': copies,
    'rds:DeleteDBInstance': copies,
    'rds:AddTagsToResource': copies,
    // What is left of a copy that is deleted.
    'rds:CreateDBSnapshot': [...copies, ['snapshot', name]],
    // People and AWS name snapshots as they like.
    'rds:DescribeDBSnapshots': [['db', id], ...any('snapshot')],
    'rds:RestoreDBInstanceFromDBSnapshot': [...copies, ...any('snapshot', 'og', 'pg', 'subgrp')],
  };
}

/** @param restores whether the copies are made, too: RDS alone knows the writer that their instances are to be like */
function onClusterCopies(id: string, restores: boolean): Grants {
  const name = `${copyPrefix('cluster', id)}*`;
  const instances: Resources = [['db', name]];
  const clusters: Resources = [['cluster', name]];
  const left: Resources = [...clusters, ['cluster-snapshot', name]];
  return {
    'rds:DescribeDBClusters': clusters,
    'rds:DescribeDBInstances': restores ? any('db') : instances,
    'rds:DeleteDBInstance': instances,
    'rds:AddTagsToResource': [...clusters, ...instances],
    'rds:CreateDBClusterSnapshot': left,
    'rds:DeleteDBCluster': left,
    'rds:DescribeDBClusterSnapshots': [['cluster', id], ...any('cluster-snapshot')],
    'rds:RestoreDBClusterFromSnapshot': [
      ...clusters,
      ...any('cluster-snapshot', 'og', 'cluster-pg', 'subgrp'),
    ],
    'rds:CreateDBInstance': [...instances, ...clusters, ...any('og', 'pg', 'subgrp')],
  };
}

/** Grants what is made of databases: snapshots, and instances and clusters that are restored from them. */
export class DatabaseAccess extends Construct {
  private readonly calls: TargetCalls;

  constructor(scope: Construct, id: string, calls: TargetCalls) {
    super(scope, id);
    this.calls = calls;
  }

  /** Those that Selfheal takes: their names begin with that of the database. */
  grantOnSnapshots(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    for (const action of actions)
      for (const { kind, id } of this.calls.get(action) ?? [])
        this.grant(
          grantee,
          action,
          [
            kind === 'db_instance'
              ? ['snapshot', `${snapshotPrefix('instance', id)}*`]
              : ['cluster-snapshot', `${snapshotPrefix('cluster', id)}*`],
          ],
          'The rest of a snapshot’s name is the operation that takes it.',
        );
  }

  /** Instances of clusters, whose names RDS alone knows: nothing is done to one without the permission on its cluster. */
  grantOnMembers(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    for (const action of actions)
      if (this.calls.has(action))
        this.grant(
          grantee,
          action,
          any('db'),
          'Which instances a cluster has is known to RDS alone; the permission on the cluster says which cluster is meant.',
        );
  }

  /** Copies of the databases that strategies restore: their identifiers begin with that of the original. */
  grantOnCopies(grantee: HealingFunction, actions: readonly AwsAction[], handler: HandlerDefinition): void {
    const restores = handler.needs.databases?.includes('restoreCopy') === true;
    const grants = [
      ...(this.calls.get('rds:RestoreDBInstanceFromDBSnapshot') ?? []).map(({ id }) => onInstanceCopies(id)),
      ...(this.calls.get('rds:RestoreDBClusterFromSnapshot') ?? []).map(({ id }) =>
        onClusterCopies(id, restores),
      ),
    ];
    for (const allowed of grants)
      for (const action of actions) {
        if (!restores && !READS.has(action)) continue;
        this.grant(
          grantee,
          action,
          allowed[action] ?? [],
          'The rest of a copy’s name is the operation that makes it; snapshots and groups are used, and never changed.',
        );
      }
  }

  private grant(grantee: HealingFunction, action: AwsAction, resources: Resources, reason: string): void {
    if (resources.length === 0) return;
    grantee.grant(
      [action],
      resources.map(([resource, resourceName]) =>
        Stack.of(this).formatArn({
          ...{ service: 'rds', resource, resourceName },
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    );
    for (const [resource, name] of resources)
      if (name.endsWith('*')) grantee.acknowledgeWildcard(`rds:${resource}:${name}`, reason);
  }
}
