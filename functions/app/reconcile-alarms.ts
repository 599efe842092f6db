import { decideAdmission } from '../core/admission/decide-admission.ts';
import { EMPTY_GROUP } from '../core/admission/records.ts';
import { alarmTargets } from '../core/configuration/alarm-sources.ts';
import type { AlarmBinding, CompiledConfiguration } from '../core/configuration/compiled.ts';
import { componentOf } from '../core/configuration/find-strategy.ts';
import { operationIdOf, signalHash } from '../core/operation/operation-id.ts';
import type { HealthAlert } from '../core/signal/health-alert.ts';
import { matchingStrategies } from '../core/signal/match-strategy.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { AlarmReader } from '../ports/observers.ts';
import type { OperationStore } from '../ports/operation-store.ts';

export interface ReconcileAlarmsDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readLimits' | 'markHealthy'>;
  readonly alarms: AlarmReader;
  readonly events: Pick<EventPublisher, 'signal'>;
  readonly clock: Clock;
}

/**
 * Alarms speak only when they change. One that is still red after its operation has ended goes back to triage, as
 * soon as it would be admitted; a component counts as healthy again when none is red and one at least is well.
 */
export async function reconcileAlarms(deps: ReconcileAlarmsDeps): Promise<readonly string[]> {
  const { alarms } = deps.configuration;
  const states = await deps.alarms.states(Object.keys(alarms));
  const done: string[] = [];
  for (const [component, bound] of alarmsByComponent(alarms)) {
    const red = bound.filter(({ name }) => states.get(name) === 'ALARM');
    if (red.length > 0) done.push(...(await handOneBack(deps, red)));
    else if (bound.some(({ name }) => states.get(name) === 'OK'))
      done.push(...(await countAsHealthy(deps, component)));
  }
  return [...done, ...(await forgetUnobserved(deps))];
}

type NamedAlarm = AlarmBinding & { readonly name: string };

function alarmsByComponent(
  alarms: CompiledConfiguration['alarms'],
): ReadonlyMap<string, readonly NamedAlarm[]> {
  const named = Object.entries(alarms).map(([name, binding]): NamedAlarm => ({ name, ...binding }));
  return Map.groupBy(named, ({ component }) => component);
}

/** The first of a component's red alarms that asking again would help; one that can't be healed hides no other. */
async function handOneBack(
  deps: ReconcileAlarmsDeps,
  red: readonly NamedAlarm[],
): Promise<readonly string[]> {
  const done: string[] = [];
  for (const alarm of red) {
    const { handed, what } = await handBack(deps, alarm);
    if (what !== undefined) done.push(what);
    if (handed) break;
  }
  return done;
}

async function handBack(
  deps: ReconcileAlarmsDeps,
  alarm: NamedAlarm,
): Promise<{ readonly handed: boolean; readonly what?: string }> {
  const nowMs = deps.clock.nowMs();
  const reason = `alarm ${alarm.name} is still in ALARM`;
  const definition = componentOf(deps.configuration, alarm.component);
  const alert: HealthAlert = {
    // An alarm's name may hold what a signal's id may not.
    signalId: `still-red:${signalHash(alarm.component, alarm.name)}:${nowMs}`,
    origin: 'reconciler',
    component: alarm.component,
    metric: alarm.metric,
    severity: alarm.severity,
    occurredAtMs: nowMs,
    reason,
    alarmName: alarm.name,
    targets: alarmTargets(alarm.name, alarm.component, definition),
  };
  const strategies = matchingStrategies(deps.configuration.strategies, alert);
  if (strategies.length === 0 || alarm.severity === 'INFO') return { handed: false };

  const { limits } = await deps.store.readLimits(alarm.component, operationIdOf(alert));
  const decision = decideAdmission(alert, strategies, deps.configuration, limits, nowMs);
  if (decision.decision === 'refuse' && !worthAsking(decision.refusal.reason, limits.component.spentToldAtMs))
    return { handed: false };
  // Asked last, and only for what would be handed back: mute rules are a call for each alarm.
  const silencedBy = await deps.alarms.silencedBy(alarm.name);
  if (silencedBy !== undefined)
    return { handed: false, what: `left ${alarm.name} alone: silenced by ${silencedBy}` };
  const { component, metric, severity, signalId, alarmName, targets } = alert;
  await deps.events.signal({
    component,
    metric,
    severity,
    signalId,
    alarmName,
    reason,
    origin: 'reconciler',
    targets,
  });
  return { handed: true, what: `handed ${alarm.name} back to triage` };
}

/** Refusals that asking changes: the alerts in a row are counted, and people are told once that attempts are spent. */
function worthAsking(reason: string, spentToldAtMs: number | undefined): boolean {
  return reason === 'TRIGGER_PENDING' || (reason === 'ATTEMPTS_SPENT' && spentToldAtMs === undefined);
}

async function countAsHealthy(deps: ReconcileAlarmsDeps, component: string): Promise<readonly string[]> {
  const group = deps.configuration.components[component]?.group;
  const { limits } = await deps.store.readLimits(component, 'none');
  const { unhealthy } = group === undefined ? EMPTY_GROUP : (limits.fleet.groups[group] ?? EMPTY_GROUP);
  const stale =
    unhealthy.includes(component) ||
    limits.component.spentToldAtMs !== undefined ||
    Object.keys(limits.component.failuresMs).length > 0;
  if (!stale || limits.component.claim) return [];
  await deps.store.markHealthy(component, group);
  return [`${component}: no alarm is red`];
}

/**
 * A component without alarms and without a health endpoint has nobody who would say that it is well again: after a
 * round it no longer counts as unwell, or it would hold back its group for ever.
 */
async function forgetUnobserved(deps: ReconcileAlarmsDeps): Promise<readonly string[]> {
  const { alarms, components } = deps.configuration;
  const observed = new Set(Object.values(alarms).map(({ component }) => component));
  const unobserved = Object.entries(components).filter(
    ([name, { group, health }]) => group !== undefined && !health && !observed.has(name),
  );
  const [first] = unobserved;
  if (!first) return [];
  const { fleet } = (await deps.store.readLimits(first[0], 'none')).limits;
  const done: string[] = [];
  for (const [name, { group = '' }] of unobserved) {
    const { unhealthy, inFlight } = fleet.groups[group] ?? EMPTY_GROUP;
    if (!unhealthy.includes(name) || inFlight.includes(name)) continue;
    await deps.store.markHealthy(name, group);
    done.push(`${name}: nobody observes it, so that it no longer counts as unwell`);
  }
  return done;
}
