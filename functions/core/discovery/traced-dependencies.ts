import { answersCalls } from './answers-calls.ts';
import type { Named } from './component-names.ts';
import type { DiscoveredDependency } from './discovered-graph.ts';
import { DISCOVERY_SOURCES } from './discovery-source.ts';
import type { TracedService } from './traced-service.ts';

/**
 * The calls between components in a service graph. Other services in between are passed through: the caller of one
 * depends on what that one calls. What does not answer calls is neither a component nor passed through, and X-Ray names the
 * senders of requests from outside after what they call.
 */
export function tracedDependencies(
  nodes: readonly TracedService[],
  componentOf: (service: TracedService) => Named | undefined,
): readonly Omit<DiscoveredDependency, 'lastSeenMs'>[] {
  const services = nodes.filter(answersCalls);
  const byId = new Map(services.map((service) => [service.id, service]));
  const named = new Map(
    services.flatMap((service) => {
      const found = componentOf(service);
      return found ? [[service.id, found] as const] : [];
    }),
  );
  const found = new Map<string, { caller: Named; callee: Named; sources: Set<string> }>();
  for (const service of services) {
    const caller = named.get(service.id);
    if (!caller) continue;
    for (const callee of calleesOf(service, byId, named)) {
      if (callee.component === caller.component) continue;
      const key = `${caller.component} ${callee.component}`;
      const known = found.get(key) ?? { caller, callee, sources: new Set(['xray']) };
      for (const { by } of [caller, callee]) if (by !== undefined) known.sources.add(by);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ caller, callee, sources }) => ({
    caller: caller.component,
    callee: callee.component,
    sources: DISCOVERY_SOURCES.filter((source) => sources.has(source)),
  }));
}

/** The nearest components that a service calls, itself or through other services. */
function calleesOf(
  { calls }: TracedService,
  byId: ReadonlyMap<number, TracedService>,
  named: ReadonlyMap<number, Named>,
): readonly Named[] {
  const met = new Set(calls);
  const callees: Named[] = [];
  for (const next of met) {
    const callee = named.get(next);
    if (callee) callees.push(callee);
    else for (const further of byId.get(next)?.calls ?? []) met.add(further);
  }
  return callees;
}
