import { carriedBy, demandOf, hasWayAround, routingOf } from '../../diagnosis/throughput.ts';
import { shareTakenAway } from '../../operation/share-taken-away.ts';
import { actionsOn } from '../../operation/strategy-actions.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component, DeclaredStrategy } from '../schema/schema.ts';
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
  const { carried } = carriedBy(routing);
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    if (!hasWayAround(routing, name)) return [];
    const refused = parts.strategies.flatMap(({ strategy }) => {
      if (!componentsOf(strategy, new Map([[name, component]])).length) return [];
      const left = carriedBy(routing, (each) => (each === name ? 1 - shareOf(strategy, component) : 1));
      return left.carried < carried ? [{ id: strategy.id, left: left.carried }] : [];
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
        message: `of ${demand} requests a second, the routes carry ${carried} at best, and ${first.left} while \`${name}\` is repaired: it is never repaired by ${refused.map(({ id }) => `\`${id}\``).join(', ')} unless it does not answer its heartbeats`,
        remedy:
          'Correct `demand` or `capacities`, repair fewer hosts at a time (`maxConcurrentTargets`), or set `settings.capacity.exempt`.',
      },
    ];
  });
}

function shareOf({ actions }: Pick<DeclaredStrategy, 'actions'>, component: Component): number {
  return shareTakenAway({ strategy: { actions: actionsOn(actions, component) }, component });
}
