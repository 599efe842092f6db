import type { Component } from '../configuration/schema/component-schema.ts';
import { type ResourceSelector, selectsHosts } from '../configuration/target-selector.ts';
import { partitionOf } from '../notification/console-links.ts';
import type { Operation, StepRecord } from '../operation/operation.ts';
import type { Home } from '../signal/home.ts';

/** Two look-ups a second are allowed in an account. */
const AT_MOST = 10;

/**
 * The names by which CloudTrail may know what a component runs on. Of hosts, those that the alert or a step of the
 * operation names come first.
 */
export function resourceNames(
  { targets, loadBalancer, targetGroup, codeDeploy }: Component,
  { alert }: Pick<Operation, 'alert'>,
  steps: readonly Pick<StepRecord, 'targets'>[],
  home: Home,
): readonly string[] {
  const around = [loadBalancer, targetGroup, codeDeploy?.split('/')[1]].filter((name) => name !== undefined);
  if (!selectsHosts(targets)) return [...new Set([...ownNames(targets, home), ...around])];
  const group = 'autoScalingGroup' in targets ? [targets.autoScalingGroup] : [];
  const hosts = [
    ...alert.targets,
    ...steps.flatMap((step) => step.targets),
    ...('instanceIds' in targets ? targets.instanceIds : []),
  ];
  return [...new Set([...group, ...around, ...hosts])].slice(0, AT_MOST);
}

/** Some services name what is changed by its ARN, some by its name. */
function ownNames(targets: ResourceSelector, { account, region }: Home): readonly string[] {
  const arnOf = (service: string, resource: string) =>
    `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
  if ('lambdaAlias' in targets) {
    const [name = ''] = targets.lambdaAlias.split(':');
    return [name, arnOf('lambda', `function:${name}`)];
  }
  if ('ecsService' in targets) {
    const [, name = ''] = targets.ecsService.split('/');
    return [name, arnOf('ecs', `service/${targets.ecsService}`)];
  }
  if ('dbInstance' in targets) return [targets.dbInstance, arnOf('rds', `db:${targets.dbInstance}`)];
  if ('dbCluster' in targets) return [targets.dbCluster, arnOf('rds', `cluster:${targets.dbCluster}`)];
  return [targets.custom];
}
