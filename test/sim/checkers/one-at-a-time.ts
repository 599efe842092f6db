import type { Evidence } from './evidence.ts';

/**
 * 1. At most one operation acts on a component at a time; an older fence never acts after a newer one. Components that
 * share a service on a host take turns, whatever is deployed meanwhile.
 *
 * Each host keeps the fence for itself, so fences are compared per host. Exempt is a host that has lost its disk since
 * the newer fence acted: it has forgotten that fence, and nothing outside of it can stop it. A command that a host runs
 * late, before it has seen a newer fence, is allowed as well: what AWS does to a host, such as draining it, shows it none.
 */
export function oneAtATime(evidence: Evidence): readonly string[] {
  return [...overlappingClaims(evidence), ...overlappingSiblings(evidence), ...olderFences(evidence)];
}

function overlappingSiblings({ trace, fleet }: Evidence): readonly string[] {
  const inFlight = new Map<string, string>();
  const found: string[] = [];
  for (const happening of trace.all) {
    if (happening.kind === 'concluded') inFlight.delete(happening.conclusion.component);
    if (happening.kind !== 'admitted') continue;
    const { operationId, component } = happening.operation;
    for (const [other, held] of inFlight) {
      if (other !== component && haveOneServiceOnOneHost(fleet, component, other))
        found.push(
          `${operationId} was admitted on ${component} while ${held} was at the same service of ${other}`,
        );
    }
    inFlight.set(component, operationId);
  }
  return found;
}

function haveOneServiceOnOneHost({ components }: Evidence['fleet'], one: string, other: string): boolean {
  const idsOf = (name: string) => {
    const { targets } = components[name] ?? {};
    return targets && 'instanceIds' in targets ? targets.instanceIds : [];
  };
  const isSameService = components[one]?.service === components[other]?.service;
  return isSameService && idsOf(one).some((id) => idsOf(other).includes(id));
}

function overlappingClaims({ trace }: Evidence): readonly string[] {
  const holder = new Map<string, string>();
  const fences = new Map<string, number>();
  const found: string[] = [];
  const grow = (component: string, fence: number, operationId: string) => {
    if (fence <= (fences.get(component) ?? 0))
      found.push(`${operationId} got fence ${fence} on ${component}, which is no newer than the last`);
    fences.set(component, fence);
  };
  for (const happening of trace.all) {
    if (happening.kind === 'admitted') {
      const { operationId, component } = happening.operation;
      const other = holder.get(component);
      if (other !== undefined)
        found.push(`${operationId} was admitted on ${component} while ${other} held it`);
      holder.set(component, operationId);
      grow(component, happening.grant.claim.fence, operationId);
    }
    if (happening.kind === 'taken-over')
      grow(happening.key.component, happening.fence, happening.key.operationId);
    if (happening.kind === 'step-begun') {
      const { operationId, component, fence } = happening.key;
      if (holder.get(component) !== operationId || fence !== fences.get(component))
        found.push(
          `${operationId} began ${happening.stepId} on ${component} with fence ${fence}, not its holder's`,
        );
    }
    if (happening.kind === 'concluded') {
      const { component, operationId } = happening.conclusion;
      if (holder.get(component) === operationId) holder.delete(component);
    }
  }
  return found;
}

function olderFences({ trace }: Evidence): readonly string[] {
  const highest = new Map<string, number>();
  const found: string[] = [];
  for (const happening of trace.all) {
    if (happening.kind === 'disk-lost') {
      for (const key of highest.keys()) if (key.startsWith(`${happening.instanceId} `)) highest.delete(key);
    }
    if (happening.kind !== 'effect') continue;
    const { instanceId, component, fence, operationId, stepId } = happening.effect;
    const key = `${instanceId} ${component} ${happening.byService ? 'service' : 'host'}`;
    const newest = highest.get(key) ?? 0;
    if (fence < newest)
      found.push(`${operationId} ${stepId} acted on ${instanceId} with fence ${fence} after fence ${newest}`);
    highest.set(key, Math.max(newest, fence));
  }
  return found;
}
