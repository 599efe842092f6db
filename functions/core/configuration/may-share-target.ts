import { aliasName } from '../target/lambda-alias.ts';
import type { Component } from './schema/schema.ts';
import {
  resourceId,
  selectorTags,
  selectsHosts,
  type TargetSelector,
  targetKindOf,
} from './target-selector.ts';

/** How RDS names the instances of a cluster: `orders-instance-1`, `orders-instance-1-us-east-1b`. */
const IN_CLUSTER = /^(.+)-instance-\d+(?:-|$)/;

/** The part of a component that the question depends on. */
export type Located = Pick<Component, 'targets' | 'service'>;

/**
 * Whether two components may act on one service of one host, or on one resource of AWS. Which nodes carry a tag is not
 * known here, so the answer is no only if it cannot be the same node. Aliases of one function count as one resource:
 * they share its configuration and its reserved concurrency. Instances of RDS count as their cluster if their names say
 * that they belong to one.
 *
 * The service manager makes no difference: where systemd runs init scripts, `nginx.service` is the same daemon by either
 * name.
 */
export function mayShareTarget(one: Located, other: Located): boolean {
  if (selectsHosts(one.targets) && selectsHosts(other.targets))
    return (
      one.service !== undefined && one.service === other.service && mayShareHost(one.targets, other.targets)
    );
  return nameOf(one.targets) === nameOf(other.targets);
}

/** Of what a component without hosts acts on. Hosts have none. */
function nameOf(targets: TargetSelector): string {
  if (selectsHosts(targets)) return '';
  const cluster = 'dbInstance' in targets ? IN_CLUSTER.exec(targets.dbInstance)?.[1] : undefined;
  if (cluster !== undefined) return nameOf({ dbCluster: cluster });
  const name = 'lambdaAlias' in targets ? aliasName(targets.lambdaAlias).functionName : resourceId(targets);
  return `${targetKindOf(targets)} ${name}`;
}

/** Whether a host may be among the targets of both. */
export function mayShareHost(one: TargetSelector, other: TargetSelector): boolean {
  if (!(selectsHosts(one) && selectsHosts(other))) return false;
  // A node has one value of a tag. Ids say nothing of tags: an id may be among those that carry them.
  if ('instanceIds' in one || 'instanceIds' in other)
    return !('instanceIds' in one && 'instanceIds' in other) || sharesHost(one, other);
  const others = selectorTags(other);
  return Object.entries(selectorTags(one)).every(([key, value]) => (others[key] ?? value) === value);
}

/** Whether a host is among the targets of both, whatever the hosts and their tags are. */
export function sharesHost(one: TargetSelector, other: TargetSelector): boolean {
  if ('instanceIds' in one && 'instanceIds' in other)
    return one.instanceIds.some((id) => other.instanceIds.includes(id));
  return selectsHosts(one) && JSON.stringify(one) === JSON.stringify(other);
}
