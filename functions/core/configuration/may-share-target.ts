import type { Component } from './schema/schema.ts';
import { selectorTags, selectsHosts } from './target-selector.ts';

/** The part of a component that the question depends on. */
export type Located = Pick<Component, 'targets' | 'service'>;

/**
 * Whether two components may act on one service of one host. Which nodes carry a tag is not known here, so the answer
 * is no only if it cannot be the same node.
 *
 * The service manager makes no difference: where systemd runs init scripts, `nginx.service` is the same daemon by either
 * name.
 */
export function mayShareTarget(one: Located, other: Located): boolean {
  return one.service !== undefined && one.service === other.service && mayOverlap(one.targets, other.targets);
}

function mayOverlap(one: Located['targets'], other: Located['targets']): boolean {
  if (!(selectsHosts(one) && selectsHosts(other))) return false;
  if ('instanceIds' in one && 'instanceIds' in other)
    return one.instanceIds.some((id) => other.instanceIds.includes(id));
  // A node has one value of a tag. Ids say nothing of tags: an id may be among those that carry them.
  if ('instanceIds' in one || 'instanceIds' in other) return true;
  const others = selectorTags(other);
  return Object.entries(selectorTags(one)).every(([key, value]) => (others[key] ?? value) === value);
}
