import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/**
 * 3. Budgets are never exceeded: in flight per group and in total, minimum healthy, attempts per window.
 *
 * Just after a deployment the old budgets may still apply: a function ends with the configuration it began with. An
 * attempt that has left the window is forgotten for good, so a deployment that lengthens the window brings none back.
 */
export function budgetsHold(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const found: string[] = [];
  const inFlight = new Set<string>();
  const unhealthy = new Set<string>();
  for (const happening of trace.all) {
    if (happening.kind === 'counted-unhealthy') unhealthy.add(happening.component);
    if (happening.kind === 'counted-healthy') unhealthy.delete(happening.component);
    if (happening.kind === 'concluded') {
      const { component, state } = happening.conclusion;
      inFlight.delete(component);
      if (state === 'COMPLETED') unhealthy.delete(component);
    }
    if (happening.kind !== 'admitted') continue;
    const { component, operationId, alert } = happening.operation;
    // A lift puts hosts back: that its group has too few healthy members is no reason to wait.
    const isLift = alert.lifts !== undefined;
    const breaches = inForce(evidence, happening.atMs).map((configuration) =>
      breachOf(configuration, component, inFlight, isLift ? undefined : unhealthy),
    );
    const breach = breaches.every((each) => each !== undefined) ? breaches[0] : undefined;
    if (breach !== undefined) found.push(`${operationId} on ${component}: ${breach}`);
    inFlight.add(component);
    unhealthy.add(component);
  }
  return [...found, ...tooManyAttempts(evidence)];
}

/** @param inFlight before this admission @param unhealthy `undefined` where that does not matter */
function breachOf(
  { settings, groups, components }: CompiledConfiguration,
  component: string,
  inFlight: ReadonlySet<string>,
  unhealthy: ReadonlySet<string> | undefined,
): string | undefined {
  const { maxConcurrentRepairs } = settings;
  if (inFlight.size >= maxConcurrentRepairs)
    return `${inFlight.size + 1} repairs, ${maxConcurrentRepairs} at most`;
  const group = groups[components[component]?.group ?? ''];
  if (group === undefined) return undefined;
  const busy = group.members.filter((member) => inFlight.has(member)).length;
  if (busy >= group.maxInFlight) return `${busy + 1} in flight in its group, ${group.maxInFlight} at most`;
  if (unhealthy === undefined) return undefined;
  const healthy = group.members.filter(
    (member) => member !== component && !inFlight.has(member) && !unhealthy.has(member),
  ).length;
  return group.members.length > 1 && healthy < group.minHealthy
    ? `${healthy} healthy in its group, ${group.minHealthy} at least`
    : undefined;
}

function tooManyAttempts(evidence: Evidence): readonly string[] {
  const admitted = evidence.trace.of('admitted');
  return admitted.flatMap((admission) => {
    const { component, strategyId, operationId } = admission.operation;
    const allowed = inForce(evidence, admission.atMs).map(({ strategies }) => {
      const strategy = strategies.find(({ id }) => id === strategyId);
      if (strategy === undefined) return false;
      const windowMs = Math.min(strategy.attemptWindowSeconds * 1_000, shortestWindowMs(evidence, admission));
      return countOf(admitted, admission, windowMs) <= strategy.maxAttempts;
    });
    return allowed.some(Boolean)
      ? []
      : [`${operationId} is one attempt too many of ${strategyId} on ${component}`];
  });
}

function shortestWindowMs({ trace }: Evidence, { operation, index }: Of<'admitted'>): number {
  const windows = trace
    .of('deployed')
    .filter((each) => each.index < index)
    .map(({ configuration }) => configuration.strategies.find(({ id }) => id === operation.strategyId));
  return Math.min(...windows.map((strategy) => (strategy?.attemptWindowSeconds ?? 0) * 1_000));
}

function countOf(
  admitted: readonly Of<'admitted'>[],
  { operation, index }: Of<'admitted'>,
  windowMs: number,
): number {
  return admitted.filter(
    (earlier) =>
      earlier.index <= index &&
      earlier.operation.startedAtMs > operation.startedAtMs - windowMs + SKEW_MS &&
      earlier.operation.component === operation.component &&
      earlier.operation.strategyId === operation.strategyId,
  ).length;
}
