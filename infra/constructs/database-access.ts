import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { copyPrefix } from '../../functions/core/target/database-copy.ts';
import { snapshotPrefix } from '../../functions/core/target/database-snapshot.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';
import type { HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import type { AwsAction } from '../../functions/handlers/table/port-permissions.ts';
import type { HealingFunction } from './healing-function.ts';

type TargetCalls = ReadonlyMap<string, readonly TargetRef[]>;

type Resource = 'db' | 'snapshot' | 'cluster-snapshot' | 'og' | 'pg' | 'subgrp';

/** Grants what is made of databases: snapshots, and instances that are restored from them. */
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

  /** Copies of the instances that strategies restore: their identifiers begin with that of the original. */
  grantOnCopies(grantee: HealingFunction, actions: readonly AwsAction[], handler: HandlerDefinition): void {
    const restores = handler.needs.databases?.includes('restoreCopy') === true;
    for (const { id } of this.calls.get('rds:RestoreDBInstanceFromDBSnapshot') ?? []) {
      const copies = [['db', `${copyPrefix(id)}*`]] as const;
      const onCopies: Readonly<Partial<Record<AwsAction, readonly (readonly [Resource, string])[]>>> = {
        'rds:DescribeDBInstances': copies,
        'rds:DeleteDBInstance': copies,
        'rds:AddTagsToResource': copies,
        // What is left of a copy that is deleted.
        'rds:CreateDBSnapshot': [...copies, ['snapshot', `${copyPrefix(id)}*`]],
        // People and AWS name snapshots as they like, and the groups of the original are known to RDS alone.
        'rds:DescribeDBSnapshots': [
          ['db', id],
          ['snapshot', '*'],
        ],
        'rds:RestoreDBInstanceFromDBSnapshot': [
          ...copies,
          ...(['snapshot', 'og', 'pg', 'subgrp'] as const).map((resource) => [resource, '*'] as const),
        ],
      };
      for (const action of actions) {
        if (!restores && action !== 'rds:DescribeDBInstances') continue;
        this.grant(
          grantee,
          action,
          onCopies[action] ?? [],
          'The rest of a copy’s name is the operation that makes it; snapshots and groups are used, and never changed.',
        );
      }
    }
  }

  private grant(
    grantee: HealingFunction,
    action: AwsAction,
    resources: readonly (readonly [resource: Resource, name: string])[],
    reason: string,
  ): void {
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
      if (name.endsWith('*'))
        Validations.of(grantee).acknowledge({
          id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${resource}:${name}]`,
          reason,
        });
  }
}
