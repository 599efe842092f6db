import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';

/** What is authorized on the alias that a request names, and what on either it or the function. Everything else is on the function. */
const ON_ALIAS = new Set<string>([
  'lambda:DeleteProvisionedConcurrencyConfig',
  'lambda:GetProvisionedConcurrencyConfig',
  'lambda:PutProvisionedConcurrencyConfig',
]);
const ON_FUNCTION_OR_ALIAS = new Set<string>(['lambda:GetFunctionConfiguration']);

/**
 * The ARNs by which IAM knows a target, or what hosts are part of, for a call; none for one that no API of AWS is asked about.
 *
 * @param action as IAM names the call's permission
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function targetArns(
  scope: Construct,
  { kind, id }: TargetRef | HostResource,
  action: string,
): readonly string[] {
  switch (kind) {
    case 'lambda_alias': {
      const names = [
        ...(ON_ALIAS.has(action) ? [] : [id.split(':')[0] ?? '']),
        ...(ON_ALIAS.has(action) || ON_FUNCTION_OR_ALIAS.has(action) ? [id] : []),
      ];
      return names.map((name) => functionArn(scope, name));
    }
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
