import { actionDefinition } from '../actions/action-table.ts';
import type { Action, Component } from '../configuration/schema/schema.ts';
import { selectsHosts } from '../configuration/target-selector.ts';
import { isDoneOnce, takesDown } from './action-effects.ts';
import { containmentOf } from './containment.ts';

/**
 * The share of a component that does not serve at some time during a repair, 0 to 1. Of hosts, it is one batch of those that
 * the alert names; where it is not known how many hosts there are, the most that `minHealthyTargets` allows. What a containment takes away stays away. All of it
 * where nothing says how much.
 *
 * @param named how many targets the alert names. @default 0: all may be repaired
 */
export function shareTakenAway(
  {
    strategy,
    component,
  }: { readonly strategy: { readonly actions: readonly Action[] }; readonly component: Component },
  named = 0,
): number {
  const { targets, maxConcurrentTargets, minHealthyTargets = 0 } = component;
  const actions = strategy.actions.filter(takesDown);
  if (actions.length === 0) return 0;
  if (!selectsHosts(targets)) {
    // An alias points to one version until it points to another.
    const isSwitched = 'lambdaAlias' in targets;
    return isSwitched && actions.every(({ type }) => actionDefinition(type).executor === 'resource') ? 0 : 1;
  }
  if (actions.some(isDoneOnce)) return 1;
  const count = 'instanceIds' in targets ? targets.instanceIds.length : undefined;
  const isContained = containmentOf(strategy.actions) !== undefined;
  if (count === undefined) {
    const batch = Math.min(named || maxConcurrentTargets, maxConcurrentTargets);
    return isContained ? 1 : batch / (batch + minHealthyTargets);
  }
  const repaired = Math.min(named || count, count);
  return (isContained ? repaired : Math.min(repaired, maxConcurrentTargets)) / count;
}
