import { withInFlight, withMember } from '../../core/admission/budgets.ts';
import { type AdmissionDecision, decideAdmission } from '../../core/admission/decide-admission.ts';
import { earlyRefusal } from '../../core/admission/early-refusal.ts';
import { modeNow } from '../../core/admission/mode-now.ts';
import { withObserved } from '../../core/admission/observed-limits.ts';
import type { FleetRecord, Limits, QueuedRepair } from '../../core/admission/records.ts';
import type { RefusalReason } from '../../core/admission/refusal.ts';
import { budgetAwaited } from '../../core/admission/repair-queue.ts';
import { isWorthAsking, stillRedAlert } from '../../core/admission/still-red.ts';
import { countsAsUnhealthy } from '../../core/admission/unhealthy.ts';
import { alarmTargets, mayHaveContributors } from '../../core/configuration/alarm-sources.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import { matchingStrategies } from '../../core/signal/match-strategy.ts';
import type { NamedAlarm } from '../../core/verification/observed-components.ts';
import type { CalendarStates } from '../../core/window/calendar-state.ts';
import type { EventPublisher } from '../../ports/announcers.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type ConsideredStrategiesDeps, consideredStrategies } from '../learning/considered-strategies.ts';

export interface HandBackDeps extends ConsideredStrategiesDeps {
  readonly store: Pick<OperationStore, 'markUnhealthy' | 'noteDenial'>;
  readonly alarms: Pick<AlarmReader, 'targetsOf' | 'silencedBy'>;
  readonly events: Pick<EventPublisher, 'signal'>;
}

export interface HandedBack {
  /** Whether the alarm went back to triage. */
  readonly handed: boolean;
  /** The fleet as it will be if triage decides as it would now. */
  readonly fleet: FleetRecord;
  readonly what: readonly string[];
  /** The budget whose room it waits for. @default it waits for none */
  readonly awaits?: QueuedRepair['budget'] | undefined;
}

/**
 * The first of a component's red alarms for which asking again would help; one that can't be healed hides no other. Those
 * that triage may refuse for want of capacity come last: only it knows.
 */
export async function handOneBack(
  deps: HandBackDeps,
  calendars: CalendarStates,
  alarms: readonly NamedAlarm[],
  limits: Limits,
): Promise<HandedBack> {
  const what: string[] = [];
  let { fleet } = limits;
  let awaits: HandedBack['awaits'];
  const nowMs = deps.clock.nowMs();
  const mayBeShort = (alarm: NamedAlarm) => Number(isShort(deps, calendars, alarm, limits, nowMs));
  for (const alarm of alarms.toSorted((a, b) => mayBeShort(a) - mayBeShort(b))) {
    const result = await handBack(deps, calendars, alarm, { ...limits, fleet });
    what.push(...result.what);
    ({ fleet } = result);
    awaits ??= result.awaits;
    if (result.handed) return { handed: true, fleet, what };
  }
  return { handed: false, fleet, what, awaits };
}

function isShort(
  { configuration }: Pick<HandBackDeps, 'configuration'>,
  calendars: CalendarStates,
  alarm: NamedAlarm,
  limits: Limits,
  nowMs: number,
): boolean {
  const alert = stillRedAlert(alarm, nowMs);
  const strategies = matchingStrategies(configuration.strategies, alert);
  const decision = decideAdmission({ alert, configuration, limits, nowMs, calendars, strategies });
  return reasonOf(decision).includes('CAPACITY_SHORT');
}

async function handBack(
  deps: HandBackDeps,
  calendars: CalendarStates,
  alarm: NamedAlarm,
  limits: Limits,
): Promise<HandedBack> {
  const { configuration, store } = deps;
  const { component } = alarm;
  const { fleet } = limits;

  const nowMs = deps.clock.nowMs();
  const claimed = stillRedAlert(alarm, nowMs);
  const known = { alert: claimed, configuration, limits, nowMs, calendars };
  // Neither the instances nor the causes are known here, and what a repair takes away depends on both.
  const question = { ...known, capacity: 'left-to-triage' } as const;
  const matching = matchingStrategies(configuration.strategies, claimed);
  const alone = matching.map((one: Strategy) => decideAdmission({ ...question, strategies: [one] }));
  // Only what would be carried out holds others back.
  const awaits =
    modeNow(known, component, matching).mode === 'auto' ? budgetAwaited(alone.flatMap(reasonOf)) : undefined;
  const nothing: HandedBack = { handed: false, fleet, what: [], awaits };
  // What was learned changes their order and passes some over: if each is refused, it need not be read.
  const isCounted = fleet.unhealthy.includes(component);
  if (isCounted && !alone.some((decision) => isWorthAsking(decision, limits))) return nothing;

  const { strategies, ineffective } = await consideredStrategies(deps, claimed, matching);
  const decision = decideAdmission({ ...question, strategies, ineffective });
  const asks = isWorthAsking(decision, limits);
  const isUnmarked = countsAsUnhealthy(component, configuration, decision) && !isCounted;
  if (strategies.length === 0 || !(asks || isUnmarked)) return nothing;

  // CloudWatch is asked last, and only about alarms that would be handed back: that takes a call or two for each.
  const targets = await targetsOf(deps, alarm);
  const left = (...what: readonly string[]): HandedBack => ({ handed: false, fleet, what });
  if (targets === undefined) return left();
  const alert = { ...claimed, targets };
  if (earlyRefusal(configuration, alert)) return left();
  const silencedBy = await deps.alarms.silencedBy(alarm.name);
  if (silencedBy !== undefined) return left(`left ${alarm.name} alone: silenced by ${silencedBy}`);

  if (!asks) {
    await store.markUnhealthy(component);
    const marked = { ...fleet, unhealthy: withMember(fleet.unhealthy, component) };
    return {
      handed: false,
      fleet: marked,
      what: [`${component}: ${alarm.name} is red, so it counts as unhealthy`],
      awaits,
    };
  }
  const { metric, severity, signalId, alarmName, reason, origin } = alert;
  await deps.events.signal({ component, metric, severity, signalId, alarmName, reason, origin, targets });
  return {
    handed: true,
    fleet: fleetAfter(decision, limits),
    what: [`handed ${alarm.name} back to triage`],
  };
}

function reasonOf(decision: AdmissionDecision): readonly RefusalReason[] {
  return decision.decision === 'refuse' ? [decision.refusal.reason] : [];
}

/** If triage decides as it would now. */
function fleetAfter(decision: AdmissionDecision, limits: Limits): FleetRecord {
  switch (decision.decision) {
    case 'grant':
      return withInFlight(limits.fleet, limits.component.component);
    case 'observe':
      return withObserved(limits, decision).fleet;
    case 'propose':
    case 'refuse':
      return limits.fleet;
  }
}

/** The instances that the alarm's own event would name; `undefined` for an alarm that no longer exists. */
async function targetsOf(
  { configuration, alarms }: HandBackDeps,
  { name, component }: NamedAlarm,
): Promise<readonly string[] | undefined> {
  const definition = configuration.components[component];
  if (!definition) return undefined;
  return mayHaveContributors(name, component, definition)
    ? await alarms.targetsOf(name)
    : alarmTargets(name, component, definition);
}
