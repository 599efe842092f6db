import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { leftIsolated, perhapsIsolated } from '../issue/left-isolated.ts';
import { hasEffect, isolationsIn, letBackIn } from './isolations.ts';
import type { Operation, StepRecord } from './operation.ts';
import { limitedIsolation, type TimeLimit } from './time-limit.ts';

/** How much the fleet's record holds, which every admission reads. */
export const MAXIMUM_LIMITS = { limits: 100, hosts: 1_000 } as const;

/** Time limits by their ids. */
export type TimeLimits = Readonly<Record<string, TimeLimit>>;

/** The operation that has made an isolation. */
export const isolatedBy = (id: string, { isolatedBy: other }: Pick<TimeLimit, 'isolatedBy'>): string =>
  other ?? id;

/**
 * The time limits of a component once an operation on it is over: those of hosts that were let back in end. Those of hosts
 * that it has isolated again follow its own, and remember whose isolation it was: that one's records say how to lift it.
 * Hosts that it may have isolated follow its own, too.
 *
 * @param limits of the component
 * @param byAgentsOnly ids of those limits whose isolations were made without security groups: what the agents do to those
 * hosts later, ends or replaces them
 */
export function limitsAfter(
  strategy: Strategy,
  operation: Operation,
  steps: readonly StepRecord[],
  limits: TimeLimits,
  byAgentsOnly: ReadonlySet<string>,
  nowMs: number,
): TimeLimits {
  const { operationId, component, alert } = operation;
  const restored = letBackIn(strategy, operation, steps);
  const isolated = leftIsolated(steps);
  const isAgain = (target: string) => isolated.includes(target);
  const changed = isolationsIn(strategy, operation, steps).filter(hasEffect);
  const own = ownLimit(strategy, component, nowMs);
  const replaced = own
    ? changed.flatMap(({ record, byGroups }) => (byGroups ? [] : record.targets)).filter(isAgain)
    : [];
  const after: Record<string, TimeLimit> = {};
  const keep = (id: string, limit: TimeLimit) => {
    if (limit.targets.length === 0) return;
    const { [id]: present } = after;
    after[id] = present ? merged(present, limit) : limit;
  };
  for (const [id, limit] of Object.entries(limits)) {
    if (id === operationId) continue;
    const maker = isolatedBy(id, limit);
    const ended = [
      ...(maker === alert.lifts ? [...restored.byGroups, ...restored.byAgents] : []),
      ...(byAgentsOnly.has(id) ? [...restored.byAgents, ...replaced] : []),
    ];
    const left = limit.targets.filter((target) => !ended.includes(target));
    const keepWithLater = (as: string, one: TimeLimit) => {
      const isLater = changed.some(
        ({ record, byGroups }) => byGroups && record.targets.some((target) => one.targets.includes(target)),
      );
      const later = [...new Set([...(limit.isolatedAgainBy ?? []), ...(isLater ? [operationId] : [])])];
      keep(as, { ...one, ...(later.length > 0 && { isolatedAgainBy: later }) });
    };
    keepWithLater(id, { ...limit, targets: left.filter((target) => !isAgain(target)) });
    keepWithLater(`${maker}/${operationId}`, {
      component,
      ...(own ?? { dueAtMs: limit.dueAtMs, limitSeconds: limit.limitSeconds, afterLimit: 'remind' }),
      targets: left.filter(isAgain),
      isolatedBy: maker,
    });
  }
  if (own) {
    const again = new Set(Object.values(after).flatMap(({ targets }) => targets));
    const isChanged = (target: string) => changed.some(({ record }) => record.targets.includes(target));
    const isOwn = (target: string) => !again.has(target) || isChanged(target);
    const targets = [...isolated.filter(isOwn), ...perhapsIsolated(steps).filter(isChanged)];
    keep(operationId, { ...own, targets: targets.sort() });
  }
  return after;
}

/** One limit of the hosts of two: the earlier of them. */
function merged(one: TimeLimit, other: TimeLimit): TimeLimit {
  const earlier = other.dueAtMs < one.dueAtMs ? other : one;
  const again = [...new Set([...(one.isolatedAgainBy ?? []), ...(other.isolatedAgainBy ?? [])])];
  return {
    ...earlier,
    targets: [...new Set([...one.targets, ...other.targets])].sort(),
    ...(again.length > 0 && { isolatedAgainBy: again }),
  };
}

/** What limits the isolations of a strategy from now on, if anything does. */
function ownLimit(
  { actions }: Pick<Strategy, 'actions'>,
  component: string,
  nowMs: number,
): Omit<TimeLimit, 'targets'> | undefined {
  const isolation = limitedIsolation(actions);
  if (isolation === undefined) return undefined;
  const limitSeconds = Number(isolation.params['limitSeconds']);
  const afterLimit = isolation.params['afterLimit'] === 'lift' ? 'lift' : 'remind';
  return { component, dueAtMs: nowMs + limitSeconds * 1_000, limitSeconds, afterLimit };
}

/** Whether the fleet's record has room for limits. */
export function haveRoom(limits: TimeLimits): boolean {
  const all = Object.values(limits);
  const hosts = all.reduce((sum, { targets }) => sum + targets.length, 0);
  return all.length <= MAXIMUM_LIMITS.limits && hosts <= MAXIMUM_LIMITS.hosts;
}
