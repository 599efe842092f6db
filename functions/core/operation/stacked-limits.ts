import { isolatedBy, type TimeLimits } from './kept-limits.ts';
import type { TimeLimit } from './time-limit.ts';

/** The other operations that may have changed the security groups of a limit's hosts. */
export function othersThatIsolated(limits: TimeLimits, id: string, limit: TimeLimit): readonly string[] {
  const others = sharing(limits, id, limit.targets).flatMap(([otherId, other]) => [
    isolatedBy(otherId, other),
    ...(other.isolatedAgainBy ?? []),
  ]);
  const all = new Set([...others, ...(limit.isolatedAgainBy ?? [])]);
  all.delete(isolatedBy(id, limit));
  return [...all];
}

/**
 * Those of a limit's hosts on which a later isolation is to be lifted first: what it changed the groups from is what
 * this one had set.
 */
export function heldBack(limits: TimeLimits, id: string, limit: TimeLimit): readonly string[] {
  const { targets, isolatedAgainBy = [] } = limit;
  const later = sharing(limits, id, targets).filter(([otherId, other]) =>
    isolatedAgainBy.includes(isolatedBy(otherId, other)),
  );
  return targets.filter((target) => later.some(([, other]) => other.targets.includes(target)));
}

/** The other limits that some of the hosts have. */
function sharing(limits: TimeLimits, id: string, hosts: readonly string[]): readonly [string, TimeLimit][] {
  return Object.entries(limits).filter(
    ([otherId, { targets }]) => otherId !== id && targets.some((target) => hosts.includes(target)),
  );
}
