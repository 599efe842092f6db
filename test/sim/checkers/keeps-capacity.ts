import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { takesDown } from '../../../functions/core/operation/action-effects.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce } from './in-force.ts';

/** Shares of capacities are no whole numbers. */
const ROUNDING = 1e-6;

type Components = CompiledConfiguration['components'];

/**
 * 30. No repair takes away capacity that the demand needs.
 *
 * When it begins, the routes carry as much of the demand without what the repair takes down as with it, while everything in
 * repair carries nothing. Unless the component itself counts as unhealthy, what counts as unhealthy carries nothing, either.
 * Exempt is what every request needs.
 */
export function keepsCapacity(evidence: Evidence): readonly string[] {
  const found: string[] = [];
  const inFlight = new Set<string>();
  for (const happening of evidence.trace.all) {
    if (happening.kind === 'concluded') inFlight.delete(happening.conclusion.component);
    if (happening.kind !== 'admitted') continue;
    const { operationId, component } = happening.operation;
    const out = happening.unhealthy.includes(component)
      ? [...inFlight]
      : [...inFlight, ...happening.unhealthy];
    // One that is unhealthy may itself be what keeps requests from those in repair: then these alone count.
    const losses = [[...inFlight], out].map((names) =>
      inForce(evidence, happening.atMs).map(({ components }) => lossOf(components, happening, names)),
    );
    const loss = losses.find((each) => each.every((one) => one > ROUNDING));
    if (loss?.[0] !== undefined)
      found.push(`${operationId} on ${component} took ${loss[0]} requests a second away`);
    inFlight.add(component);
  }
  return found;
}

/** Requests a second that the routes carry less while a repair takes its share of a component down. */
function lossOf(components: Components, begun: Of<'admitted'>, out: readonly string[]): number {
  const { component } = begun.operation;
  if (carried(components, (name) => Number(name !== component)) === 0) return 0;
  const isOut = (name: string) =>
    name !== component && out.includes(name) && carried(components, (each) => Number(each !== name)) > 0;
  const carriedWith = (own: number) =>
    carried(components, (name) => (name === component ? own : Number(!isOut(name))));
  return carriedWith(1) - carriedWith(1 - shareOf(begun));
}

/** One batch of the hosts that the alert names, or of all. */
function shareOf({ operation: { alert }, grant: { plan } }: Of<'admitted'>): number {
  const { strategy, component } = plan;
  if (!strategy.actions.some(takesDown) || !('instanceIds' in component.targets)) return 0;
  const count = component.targets.instanceIds.length;
  return Math.min(alert.targets.length || count, component.maxConcurrentTargets, count) / count;
}

/**
 * What the routes carry, by the smallest of all cuts between where requests come in and where they are answered.
 *
 * @param serving what serves of each component, 0 to 1
 */
function carried(components: Components, serving: (name: string) => number): number {
  const routes = Object.entries(components).flatMap(([caller, { capacities = {} }]) =>
    Object.entries(capacities).map(([callee, capacity]) => ({ caller, callee, capacity })),
  );
  const demands = Object.entries(components).flatMap(([name, { demand }]) =>
    demand === undefined || serving(name) === 0 ? [] : [{ name, demand }],
  );
  const callers = [...new Set([...demands.map(({ name }) => name), ...routes.map(({ caller }) => caller)])];
  const cuts = Array.from({ length: 2 ** callers.length }, (_, number) => {
    const near = new Set(callers.filter((_name, bit) => (number >> bit) & 1));
    return (
      sum(demands.filter(({ name }) => !near.has(name)).map(({ demand }) => demand)) +
      sum(
        routes
          .filter(({ caller, callee }) => near.has(caller) && !near.has(callee))
          .map(({ callee, capacity }) => capacity * serving(callee)),
      )
    );
  });
  return Math.min(...cuts);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
