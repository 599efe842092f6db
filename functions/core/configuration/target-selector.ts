import type { TargetKind } from '../target/target.ts';

/** The tag that EC2 Auto Scaling puts on every instance that it launches. */
const AUTO_SCALING_GROUP_TAG = 'aws:autoscaling:groupName';

/** What is not a host: the configuration names its only target. */
export type ResourceSelector =
  | { readonly lambdaAlias: string }
  | { readonly ecsService: string }
  | { readonly dbInstance: string }
  | { readonly dbCluster: string }
  | { readonly custom: string };

/** Where a component runs. */
export type TargetSelector = HostSelector | ResourceSelector;

/** The hosts on which a component runs. */
export type HostSelector =
  | { readonly instanceIds: readonly string[] }
  | { readonly tags: Readonly<Record<string, string>> }
  | { readonly autoScalingGroup: string };

/** The tags that a node must carry to be chosen; none for a selector by ids. */
export function selectorTags(
  selector: Exclude<HostSelector, { readonly instanceIds: readonly string[] }>,
): Readonly<Record<string, string>> {
  return 'tags' in selector ? selector.tags : { [AUTO_SCALING_GROUP_TAG]: selector.autoScalingGroup };
}

/** The Auto Scaling group that a component names. */
export function scalingGroupOf({ targets }: { readonly targets: TargetSelector }): string | undefined {
  return 'autoScalingGroup' in targets ? targets.autoScalingGroup : undefined;
}

/** Whether it is a node outside EC2: Run Command costs nothing on instances, and $0.002 for every command on those. */
export function isHybrid(instanceId: string): boolean {
  return instanceId.startsWith('mi-');
}

export function selectsHosts(selector: TargetSelector): selector is HostSelector {
  return 'instanceIds' in selector || 'tags' in selector || 'autoScalingGroup' in selector;
}

export function targetKindOf(selector: TargetSelector): TargetKind {
  if (selectsHosts(selector)) return 'host';
  if ('lambdaAlias' in selector) return 'lambda_alias';
  if ('ecsService' in selector) return 'ecs_service';
  if ('dbInstance' in selector) return 'db_instance';
  return 'dbCluster' in selector ? 'db_cluster' : 'custom';
}

/** The id of the only target of a component without hosts. */
export function resourceId(selector: ResourceSelector): string {
  if ('lambdaAlias' in selector) return selector.lambdaAlias;
  if ('ecsService' in selector) return selector.ecsService;
  if ('dbInstance' in selector) return selector.dbInstance;
  return 'dbCluster' in selector ? selector.dbCluster : selector.custom;
}

const NOUNS: Readonly<Record<TargetKind, string>> = {
  host: 'hosts',
  lambda_alias: 'a `lambdaAlias` target',
  ecs_service: 'an `ecsService` target',
  db_instance: 'a `dbInstance` target',
  db_cluster: 'a `dbCluster` target',
  custom: 'a `custom` target',
};

/** For people: `hosts`, or `a \`custom\` target`. */
export function describeTargets(selector: TargetSelector): string {
  return NOUNS[targetKindOf(selector)];
}

/** For people: `hosts or a \`custom\` target`. */
export function describeKinds(kinds: readonly TargetKind[]): string {
  return kinds.map((kind) => NOUNS[kind]).join(' or ');
}
