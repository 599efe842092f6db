import { carriedBy, demandOf, hasWayAround, isLess, rounded, routingOf } from '../../diagnosis/throughput.ts';
import { shareTakenAway } from '../../operation/share-taken-away.ts';
import { actionsOn } from '../../operation/strategy-actions.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component, DeclaredStrategy } from '../schema/schema.ts';
import { selectsHosts } from '../target-selector.ts';
import { componentsOf } from './strategy-checks.ts';

/**
 * Components whose repair would cost capacity that is needed even while everything else is healthy: it never begins. Says
 * nothing while some component cannot be read, or where some severity is exempt.
 */
export function checkSpareCapacity(parts: ReadableParts): readonly Finding[] {
  const { isComplete, settings, components } = parts;
  if (!isComplete || !settings || settings.capacity.exempt.length > 0) return [];
  const routing = routingOf(Object.fromEntries(components));
  const demand = demandOf(routing);
  const best = carriedBy(routing);
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    if (!hasWayAround(routing, name)) return [];
    const refused = parts.strategies.flatMap(({ strategy }) => {
      if (!componentsOf(strategy, new Map([[name, component]])).length) return [];
      const left = carriedBy(routing, (each) => (each === name ? 1 - shareOf(strategy, component) : 1));
      return isLess(left, best) ? [{ id: strategy.id, left }] : [];
    });
    const [first] = refused;
    if (!first) return [];
    return [
      {
        severity: 'warning',
        code: 'capacity-never-spare',
        path: ['components', name],
        at: 'key',
        value: name,
        message: `of ${rounded(demand)} requests a second, the routes carry ${rounded(best.carried)} at best, and ${rounded(first.left.carried)} while \`${name}\` is repaired: it is never repaired by ${refused.map(({ id }) => `\`${id}\``).join(', ')} unless it does not answer its heartbeats${isBatched(component) ? ', or an alert names fewer of its hosts' : ''}`,
        remedy:
          'Correct `demand` or `capacities`, repair fewer hosts at a time (`maxConcurrentTargets`), or set `settings.capacity.exempt`.',
      },
    ];
  });
}

function isBatched({ targets, maxConcurrentTargets }: Component): boolean {
  return selectsHosts(targets) && maxConcurrentTargets > 1;
}

function shareOf({ actions }: Pick<DeclaredStrategy, 'actions'>, component: Component): number {
  return shareTakenAway({ strategy: { actions: actionsOn(actions, component) }, component });
}
