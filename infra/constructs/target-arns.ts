import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';

/** The ARNs by which IAM knows a target, or what hosts are part of; none for one that no API of AWS is asked about. */
export function targetArns(scope: Construct, { kind, id }: TargetRef | HostResource): readonly string[] {
  switch (kind) {
    case 'lambda_alias':
      // Some calls are authorized on the function, others on what they name as its qualifier.
      return [id.split(':')[0] ?? '', id].map((name) => functionArn(scope, name));
    case 'ecs_service':
      return [Stack.of(scope).formatArn({ service: 'ecs', resource: 'service', resourceName: id })];
    case 'db_instance':
      return [databaseArn(scope, 'db', id)];
    case 'db_cluster':
      return [databaseArn(scope, 'cluster', id)];
    case 'target_group':
    case 'load_balancer':
      return [id];
    default:
      return [];
  }
}

/** The ARN of the cluster that a service of ECS runs in; none for another target. */
export function clusterArns(scope: Construct, { kind, id }: TargetRef): readonly string[] {
  if (kind !== 'ecs_service') return [];
  const [resourceName = ''] = id.split('/');
  return [Stack.of(scope).formatArn({ service: 'ecs', resource: 'cluster', resourceName })];
}

function databaseArn(scope: Construct, resource: 'db' | 'cluster', id: string): string {
  return Stack.of(scope).formatArn({
    ...{ service: 'rds', resource, resourceName: id },
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** By the name that is used: a permission on the function alone does not cover its aliases. */
export function functionArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    ...{ service: 'lambda', resource: 'function', resourceName: name },
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
