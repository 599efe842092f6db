import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { CONFIDENCE_THRESHOLD } from '../diagnosis/cause.ts';
import {
  type Carried,
  carriedBy,
  demandOf,
  hasWayAround,
  isLess,
  type Routing,
  rounded,
  routingOf,
} from '../diagnosis/throughput.ts';
import type { OperationPlan } from '../operation/operation-plan.ts';
import { shareTakenAway } from '../operation/share-taken-away.ts';
import { shortReason } from '../signal/event-values.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { HEARTBEAT_METRIC } from '../watchdog/heartbeat-metric.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

type Asking = Pick<HealthAlert, 'component' | 'metric' | 'severity' | 'causes' | 'lifts' | 'targets'>;

/**
 * Whether a repair would take away what is needed to carry the demand. Components that are in flight count as carrying
 * nothing, the one to be repaired as carrying its part, unless it does not answer its heartbeats. Where no request could
 * take another way, waiting for others helps nobody, and it is repaired.
 *
 * Components that are unhealthy count as carrying nothing as long as the one to be repaired is not counted among them.
 * Then they carry their part as it does, or each would wait for the other for ever: the first to ask is repaired.
 *
 * @returns `undefined` if the routes carry as much during the repair as they do now, or nothing says what they carry
 */
export function capacityRefusal(
  alert: Asking,
  plan: OperationPlan,
  { components, settings }: Pick<CompiledConfiguration, 'components' | 'settings'>,
  { inFlight, unhealthy }: Pick<FleetRecord, 'inFlight' | 'unhealthy'>,
): Refusal | undefined {
  const routing = routingOf(components);
  const isExempt = settings.capacity.exempt.some((urgent) => urgent === alert.severity);
  if (isExempt || alert.lifts !== undefined || isDown(alert)) return undefined;
  const { component } = alert;
  const share = shareTakenAway(plan, alert.targets.length);
  if (share === 0 || !hasWayAround(routing, component)) return undefined;

  const missing = unhealthy.includes(component) ? [inFlight] : [[...inFlight, ...unhealthy], inFlight];
  for (const names of missing) {
    // What every request needs, a shared database for instance, says nothing about which way the others can take.
    const out = new Set(names.filter((name) => name !== component && hasWayAround(routing, name)));
    const carriedWhile = (own: number) =>
      carriedBy(routing, (name) => (name === component ? own : out.has(name) ? 0 : 1));
    const now = carriedWhile(1);
    const during = carriedWhile(1 - share);
    if (isLess(during, now))
      return {
        reason: 'CAPACITY_SHORT',
        detail: shortReason(
          `${figures(routing, now, during, { component, share })}; ${outText(routing, out)}`,
        ),
      };
  }
  return undefined;
}

/** Whether a component is where requests come in, or a route leads to it. */
export function isOnRoute(
  component: string,
  { components }: Pick<CompiledConfiguration, 'components'>,
): boolean {
  const routing = routingOf(components);
  return (
    routing.demands.size > 0 &&
    (routing.demands.has(component) || routing.routes.some(({ callee }) => callee === component))
  );
}

/** To repair what does not answer takes nothing away. */
function isDown({ component, metric, severity, causes = [] }: Asking): boolean {
  return (
    (metric === HEARTBEAT_METRIC && severity === 'CRITICAL') ||
    causes.some(
      (cause) =>
        cause.code === 'HOST_DOWN' &&
        cause.component === component &&
        cause.confidence >= CONFIDENCE_THRESHOLD,
    )
  );
}

function figures(
  routing: Routing,
  now: Carried,
  during: Carried,
  { component, share }: { readonly component: string; readonly share: number },
): string {
  const part =
    share < 1 ? `, which takes ${Math.round(100 * share)} % of \`${component}\` out of service` : '';
  const limits = during.limits
    .filter(({ capacity }) => capacity > 0)
    .map(({ caller, callee, capacity }) => `${caller} → ${callee} (${rounded(capacity)})`);
  const by = limits.length > 0 ? `, limited by ${limits.join(', ')}` : '';
  return `of ${rounded(demandOf(routing))} requests a second, the routes carry ${rounded(now.carried)}, and ${rounded(during.carried)} during the repair${part}${by}`;
}

function outText({ routes }: Routing, out: ReadonlySet<string>): string {
  const missing = [...new Set(routes.map(({ callee }) => callee))].filter((name) => out.has(name)).sort();
  return missing.length > 0
    ? `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} unhealthy or in repair`
    : 'even with everything else healthy';
}
