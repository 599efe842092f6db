import { withInFlight } from '../core/admission/budgets.ts';
import { decideAdmission } from '../core/admission/decide-admission.ts';
import type { Limits } from '../core/admission/records.ts';
import { alarmTargets } from '../core/configuration/alarm-sources.ts';
import type { AlarmBinding, CompiledConfiguration } from '../core/configuration/compiled.ts';
import { signalHash } from '../core/operation/operation-id.ts';
import type { HealthAlert } from '../core/signal/health-alert.ts';
import { matchingStrategies } from '../core/signal/match-strategy.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { AlarmReader } from '../ports/observers.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { Round } from './round.ts';

export interface ReconcileAlarmsDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readLimits' | 'markHealthy' | 'forgetAlerts'>;
  readonly alarms: AlarmReader;
  readonly events: Pick<EventPublisher, 'signal'>;
  readonly clock: Clock;
}

/**
 * Alarms speak only when they change. One that is still red after its operation has ended goes back to triage, as
 * soon as it would be admitted; a component counts as healthy again when none is red and one at least is well.
 */
export async function reconcileAlarms(deps: ReconcileAlarmsDeps): Promise<Pick<Round, 'done' | 'problems'>> {
  const { alarms } = deps.configuration;
  const states = await deps.alarms.states(Object.keys(alarms));
  const done: string[] = [];
  const red: RedComponent[] = [];
  for (const [component, bound] of alarmsByComponent(alarms)) {
    const inAlarm = bound.filter(({ name }) => states.get(name) === 'ALARM');
    if (inAlarm.length > 0) red.push(await redComponent(deps, component, inAlarm));
    else if (bound.some(({ name }) => states.get(name) === 'OK'))
      done.push(...(await countAsHealthy(deps, component)));
  }
  return {
    done: [...done, ...(await handBackInTurn(deps, red)), ...(await forgetUnobserved(deps))],
    problems: [],
  };
}

type NamedAlarm = AlarmBinding & { readonly name: string };

function alarmsByComponent(
  alarms: CompiledConfiguration['alarms'],
): ReadonlyMap<string, readonly NamedAlarm[]> {
  const named = Object.entries(alarms).map(([name, binding]): NamedAlarm => ({ name, ...binding }));
  return Map.groupBy(named, ({ component }) => component);
}

interface RedComponent {
  readonly limits: Limits;
  readonly alarms: readonly NamedAlarm[];
  /** 0 for one that never had its turn. */
  readonly lastAdmittedMs: number;
}

async function redComponent(
  { store }: ReconcileAlarmsDeps,
  component: string,
  alarms: readonly NamedAlarm[],
): Promise<RedComponent> {
  const { limits } = await store.readLimits(component, 'none');
  const admissionsMs = Object.values(limits.component.attemptsMs).flat();
  return { limits, alarms, lastAdmittedMs: Math.max(0, ...admissionsMs) };
}

/**
 * Whoever has waited longest comes first, and no more are handed back than the budgets have room for: what is repaired
 * in vain again and again must not keep the turn from the others.
 */
async function handBackInTurn(
  deps: ReconcileAlarmsDeps,
  red: readonly RedComponent[],
): Promise<readonly string[]> {
  const done: string[] = [];
  let fleet = red.at(-1)?.limits.fleet;
  for (const { limits, alarms } of red.toSorted((a, b) => a.lastAdmittedMs - b.lastAdmittedMs)) {
    const now = { ...limits, fleet: fleet ?? limits.fleet };
    const { handed, what } = await handOneBack(deps, alarms, now);
    done.push(...what);
    if (handed === 'grant') fleet = withInFlight(now.fleet, limits.component.component);
  }
  return done;
}

interface HandedBack {
  /** What triage will decide, if nothing changes meanwhile. */
  readonly handed?: 'grant' | 'refuse';
  readonly what: readonly string[];
}

/** The first of a component's red alarms that asking again would help; one that can't be healed hides no other. */
async function handOneBack(
  deps: ReconcileAlarmsDeps,
  alarms: readonly NamedAlarm[],
  limits: Limits,
): Promise<HandedBack> {
  const what: string[] = [];
  for (const alarm of alarms) {
    const result = await handBack(deps, alarm, limits);
    what.push(...result.what);
    if (result.handed) return { handed: result.handed, what };
  }
  return { what };
}

async function handBack(deps: ReconcileAlarmsDeps, alarm: NamedAlarm, limits: Limits): Promise<HandedBack> {
  const nowMs = deps.clock.nowMs();
  const reason = `alarm ${alarm.name} is still in ALARM`;
  const definition = deps.configuration.components[alarm.component];
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
    targets: definition ? alarmTargets(alarm.name, alarm.component, definition) : [],
  };
  const strategies = matchingStrategies(deps.configuration.strategies, alert);
  if (strategies.length === 0 || alarm.severity === 'INFO') return { what: [] };

  const decision = decideAdmission(alert, strategies, deps.configuration, limits, nowMs);
  if (decision.decision === 'refuse' && !worthAsking(decision.refusal.reason, limits.component.spentToldAtMs))
    return { what: [] };
  // Asked last, and only for what would be handed back: mute rules are a call for each alarm.
  const silencedBy = await deps.alarms.silencedBy(alarm.name);
  if (silencedBy !== undefined) return { what: [`left ${alarm.name} alone: silenced by ${silencedBy}`] };
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
  return { handed: decision.decision, what: [`handed ${alarm.name} back to triage`] };
}

/** Refusals that asking changes: the alerts in a row are counted, and people are told once that attempts are spent. */
function worthAsking(reason: string, spentToldAtMs: number | undefined): boolean {
  return reason === 'TRIGGER_PENDING' || (reason === 'ATTEMPTS_SPENT' && spentToldAtMs === undefined);
}

async function countAsHealthy(deps: ReconcileAlarmsDeps, component: string): Promise<readonly string[]> {
  const { limits } = await deps.store.readLimits(component, 'none');
  const { claim, spentToldAtMs, failuresMs } = limits.component;
  const isMarked = limits.fleet.unhealthy.includes(component);
  const remembers = spentToldAtMs !== undefined || Object.keys(failuresMs).length > 0;
  if (claim || !(isMarked || remembers)) return [];
  if (remembers) await deps.store.forgetAlerts(component);
  if (isMarked) await deps.store.markHealthy(component);
  return [`${component}: no alarm is red`];
}

/**
 * A component without alarms and without a health endpoint has nobody who would say that it is well again, and neither
 * has one that is no longer configured: after a round it no longer counts as unwell, or it would hold back its group for
 * ever.
 */
async function forgetUnobserved({ configuration, store }: ReconcileAlarmsDeps): Promise<readonly string[]> {
  const { alarms, components } = configuration;
  const observed = new Set(Object.values(alarms).map(({ component }) => component));
  const { fleet } = (await store.readLimits('none', 'none')).limits;
  const done: string[] = [];
  for (const name of fleet.unhealthy) {
    if (observed.has(name) || components[name]?.health || fleet.inFlight.includes(name)) continue;
    await store.markHealthy(name);
    done.push(`${name}: nobody observes it, so that it no longer counts as unwell`);
  }
  return done;
}
