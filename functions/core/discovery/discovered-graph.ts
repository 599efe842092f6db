import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { type Dependency, type DependencyGraph, dependencyGraph } from '../diagnosis/dependency-graph.ts';
import type { DiscoverySource } from './discovery-source.ts';

/** A call between two components that was seen, and that nobody declared. */
export interface DiscoveredDependency extends Dependency {
  /** What showed it: `xray`, and what knew which component answers under an address. */
  readonly sources: readonly DiscoverySource[];
  /** When it was last seen, to the day: epoch milliseconds. */
  readonly lastSeenMs: number;
}

/** Everything that was discovered and has not been forgotten. The record is replaced as a whole. */
export interface DiscoveredGraph {
  /** 0 for a record that does not exist yet. */
  readonly revision: number;
  /** In the order of callers, then callees. */
  readonly dependencies: readonly DiscoveredDependency[];
}

export const NOTHING_DISCOVERED: DiscoveredGraph = { revision: 0, dependencies: [] };

/** So that the record stays small: every alert reads it. */
export const DEPENDENCIES_AT_MOST = 500;

/** The time of a dependency that is seen again and again is written once a day. */
const SEEN_TO_THE_MS = 86_400_000;

type Components = CompiledConfiguration['components'];

/**
 * The graph with what was seen now. What has not been seen for `keepMs` is forgotten; so is what the configuration
 * declares, rules out, or no longer has.
 *
 * @returns the same graph if nothing has to be written
 */
export function refreshed(
  before: DiscoveredGraph,
  seen: readonly Omit<DiscoveredDependency, 'lastSeenMs'>[],
  components: Components,
  { nowMs, keepMs }: { readonly nowMs: number; readonly keepMs: number },
): DiscoveredGraph {
  const known = new Map(before.dependencies.map((dependency) => [keyOf(dependency), dependency]));
  const kept = before.dependencies.filter(({ lastSeenMs }) => nowMs - lastSeenMs <= keepMs);
  const all = new Map(kept.map((dependency) => [keyOf(dependency), dependency]));
  for (const each of seen) {
    const earlier = known.get(keyOf(each));
    const isFresh =
      earlier && nowMs - earlier.lastSeenMs < SEEN_TO_THE_MS && isSame(earlier.sources, each.sources);
    all.set(keyOf(each), isFresh ? earlier : { ...each, lastSeenMs: nowMs });
  }
  const dependencies = undeclared([...all.values()], components)
    .toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || byName(a, b))
    .slice(0, DEPENDENCIES_AT_MOST)
    .toSorted(byName);
  const isUnchanged =
    dependencies.length === before.dependencies.length &&
    dependencies.every((each) => {
      const earlier = known.get(keyOf(each));
      return earlier?.lastSeenMs === each.lastSeenMs && isSame(earlier.sources, each.sources);
    });
  if (isUnchanged) return before;
  return { revision: before.revision + 1, dependencies };
}

/** What the configuration neither declares nor rules out, between components that it has. */
export function undeclared(
  dependencies: readonly DiscoveredDependency[],
  components: Components,
): readonly DiscoveredDependency[] {
  return dependencies.filter(({ caller, callee }) => {
    const from = components[caller];
    if (caller === callee || !from || !components[callee]) return false;
    return !from.dependsOn.includes(callee) && !from.independentOf.includes(callee);
  });
}

/** The declared dependencies, and those that were discovered beside them. */
export function completedGraph(components: Components, { dependencies }: DiscoveredGraph): DependencyGraph {
  const declared = Object.entries(components).flatMap(([caller, { dependsOn }]) =>
    dependsOn.map((callee) => ({ caller, callee })),
  );
  return dependencyGraph([...declared, ...undeclared(dependencies, components)]);
}

const keyOf = ({ caller, callee }: Dependency) => `${caller} ${callee}`;

const isSame = (one: readonly DiscoverySource[], other: readonly DiscoverySource[]) =>
  one.length === other.length && one.every((source) => other.includes(source));

function byName(a: Dependency, b: Dependency): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
