/** A target as its target group lists it: on one port, so that an instance may be listed several times. */
export interface RegisteredTarget {
  readonly id: string;
  readonly port: number;
  /** Elastic Load Balancing's own name: `healthy`, `initial`, `draining`… */
  readonly state: string;
  /** Why, where it is not healthy: `Target.NotInUse`. */
  readonly reason?: string;
}

/** Whether a target gets new requests, or will once it is healthy. One that is draining has been deregistered. */
export function isRegistered({ state, reason }: RegisteredTarget): boolean {
  return state !== 'draining' && reason !== 'Target.NotRegistered';
}

/** The ports on which an instance is registered, in order: `80,8080`; empty if it is on none. */
export function registeredPorts(targets: readonly RegisteredTarget[], id: string): string {
  return targets
    .filter((target) => target.id === id && isRegistered(target))
    .map(({ port }) => port)
    .sort((one, other) => one - other)
    .join();
}

/** Ids of the instances that a load balancer sends requests to: healthy on every port on which they are registered. */
export function inService(targets: readonly RegisteredTarget[]): ReadonlySet<string> {
  const unfit = new Set(targets.filter(({ state }) => state !== 'healthy').map(({ id }) => id));
  return new Set(targets.map(({ id }) => id).filter((id) => !unfit.has(id)));
}

/** Why the instances of a target group cannot be found in it by their ids; `undefined` if they can. */
export function groupProblem(targets: readonly RegisteredTarget[]): string | undefined {
  const other = targets.find(({ id }) => !id.startsWith('i-'));
  return (
    other &&
    `it lists ${other.id}, which is no instance id: only target groups of the type \`instance\` can be drained`
  );
}

/** For people: `healthy on 80, unhealthy on 8080 (Target.FailedHealthChecks)`. */
export function describeStates(targets: readonly RegisteredTarget[], id: string): string {
  const states = targets
    .filter((target) => target.id === id)
    .map(({ port, state, reason }) => `${state} on ${port}${reason ? ` (${reason})` : ''}`);
  return states.join(', ') || 'not in the target group';
}
