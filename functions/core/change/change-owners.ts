import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Component } from '../configuration/schema/schema.ts';

/** A component whose changes are watched. */
export type WatchedComponent = Component & { readonly changes: NonNullable<Component['changes']> };

type Components = Pick<CompiledConfiguration, 'components'>;

/** The components whose changes are watched, with their names. */
export function watchedComponents({
  components,
}: Components): readonly (readonly [string, WatchedComponent])[] {
  return Object.entries(components).filter(
    (entry): entry is [string, WatchedComponent] => entry[1].changes !== undefined,
  );
}

/** The names of the watched components to which a change belongs. */
export function ownersOf(
  configuration: Components,
  isOwn: (component: WatchedComponent) => boolean,
): readonly string[] {
  return watchedComponents(configuration).flatMap(([name, component]) => (isOwn(component) ? [name] : []));
}

export function hasEcsService({ targets }: WatchedComponent, service: string): boolean {
  return 'ecsService' in targets && targets.ecsService === service;
}

export function hasAutoScalingGroup({ targets }: WatchedComponent, group: string): boolean {
  return 'autoScalingGroup' in targets && targets.autoScalingGroup === group;
}

/** @param group `application/deployment-group` */
export function hasDeploymentGroup({ codeDeploy, changes }: WatchedComponent, group: string): boolean {
  return codeDeploy === group || changes.codeDeploy.includes(group);
}

/** @param database the identifier of an instance or a cluster of RDS */
export function hasDatabase(
  { targets, changes }: WatchedComponent,
  kind: 'dbInstance' | 'dbCluster',
  database: string,
): boolean {
  return (
    changes.databases.includes(database) ||
    (targets as Partial<Record<typeof kind, string>>)[kind] === database
  );
}

/** @param alias any alias of the function, if absent */
export function hasLambdaAlias({ targets }: WatchedComponent, functionName: string, alias?: string): boolean {
  if (!('lambdaAlias' in targets)) return false;
  return alias === undefined
    ? targets.lambdaAlias.startsWith(`${functionName}:`)
    : targets.lambdaAlias === `${functionName}:${alias}`;
}
