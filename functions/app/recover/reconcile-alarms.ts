import { withInFlight, withMember } from '../../core/admission/budgets.ts';
import { type AdmissionDecision, decideAdmission } from '../../core/admission/decide-admission.ts';
import { earlyRefusal } from '../../core/admission/early-refusal.ts';
import { withObserved } from '../../core/admission/observed-limits.ts';
import { decidingCalendars } from '../../core/admission/outside-window.ts';
import type { FleetRecord, Limits } from '../../core/admission/records.ts';
import type { RefusalReason } from '../../core/admission/refusal.ts';
import { isWorthAsking, lastTurnMs, stillRedAlert } from '../../core/admission/still-red.ts';
import { countsInGroup } from '../../core/admission/unhealthy.ts';
import { alarmTargets, mayHaveContributors } from '../../core/configuration/alarm-sources.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import { mayCorrelate } from '../../core/correlation/neighbourhood.ts';
import { callersFirst, configuredGraph } from '../../core/diagnosis/dependency-graph.ts';
import { matchingStrategies } from '../../core/signal/match-strategy.ts';
import {
  alarmsByComponent,
  commonPrefix,
  type NamedAlarm,
} from '../../core/verification/observed-components.ts';
import type { CalendarStates } from '../../core/window/calendar-state.ts';
import type { EventPublisher } from '../../ports/announcers.ts';
import type { Calendars } from '../../ports/calendars.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type Answering, createAnswering } from '../answering.ts';
import type { CloseIncidentsDeps } from '../correlation/close-incidents.ts';
import { questionsAbout } from '../diagnosis/questions.ts';
import { inParallel } from '../in-parallel.ts';
import { type ConsideredStrategiesDeps, consideredStrategies } from '../learning/considered-strategies.ts';
import { readCalendars } from '../triage/read-calendars.ts';
import { countAsHealthy, type ReconcileMarksDeps, reconcileMarks } from './reconcile-marks.ts';
import { createRound, type Round } from './round.ts';

export interface ReconcileAlarmsDeps extends ReconcileMarksDeps {
  readonly store: ReconcileMarksDeps['store'] & Pick<OperationStore, 'noteDenial' | 'listRefusals'>;
  readonly alarms: Pick<AlarmReader, 'inAlarm' | 'states' | 'targetsOf' | 'silencedBy'>;
  readonly events: Pick<EventPublisher, 'signal'>;
  readonly calendars: Calendars;
  readonly correlation: CloseIncidentsDeps['correlation'];
  readonly learning: ConsideredStrategiesDeps['learning'];
}

/** How many components are looked at together. */
const AT_A_TIME = 10;

/**
 * Alarms send an event only when they change. One that is still red after its operation has ended goes back to triage, as
 * soon as it would be admitted, and its component counts as unhealthy meanwhile; a component counts as healthy again when
 * none of its alarms is red, at least one is OK, all its peers answer the watchdog, and no monitor reports it any more. One
 * component's failure stops no other.
 *
 * Only what is red or counts as unhealthy is read. That is enough: a component whose alerts triage remembers counts as unhealthy.
 *
 * @throws ServiceError if the alarms or the fleet can't be read at all
 */
export async function reconcileAlarms(deps: ReconcileAlarmsDeps): Promise<Omit<Round, 'attempt'>> {
  const round = createRound();
  const byComponent = alarmsByComponent(deps.configuration);
  const names = [...byComponent.values()].flat().map(({ name }) => name);
  const inAlarm = names.length === 0 ? new Set<string>() : await deps.alarms.inAlarm(commonPrefix(names));
  const fleet = await deps.store.readFleet();
  const isRed = ({ name }: NamedAlarm) => inAlarm.has(name);

  const withoutRed = fleet.unhealthy.flatMap((component) => {
    const alarms = byComponent.get(component) ?? [];
    return alarms.length > 0 && !alarms.some(isRed) ? [{ component, alarms }] : [];
  });
  // First, so that the groups of recovered components have room again.
  const answering = createAnswering(deps);
  await countRecovered(deps, withoutRed, answering, round);

  const withRed = [...byComponent].filter(([, alarms]) => alarms.some(isRed));
  const red: RedComponent[] = [];
  await inParallel(withRed, AT_A_TIME, async ([component, alarms]) => {
    await round.attempt(`alarms of ${component}`, async () => {
      const { limits } = await deps.store.readLimits(component);
      const own = alarms.filter(isRed);
      const refusedAtMs = mayBeRefused(deps, own) ? await diagnosedAtMs(deps, component) : 0;
      red.push({ limits, alarms: own, turnMs: Math.max(lastTurnMs(limits), refusedAtMs) });
      return [];
    });
  });
  await handBackInTurn(deps, red, round);
  await round.attempt('components without alarms', async () => {
    await reconcileMarks(deps, fleet, answering, round);
    return [];
  });
  if (mayCorrelate(deps.configuration))
    await round.attempt('incidents', async () => {
      const { closeIncidents } = await import('../correlation/close-incidents.ts');
      const red = new Set(withRed.map(([name]) => name));
      await closeIncidents(deps, await deps.store.readFleet(), red, round.attempt);
      return [];
    });
  const { done, problems, denials } = round;
  return { done, problems, denials };
}

/**
 * Counts as healthy the components that have an alarm in OK, since an alarm without data proves nothing, and whose peers
 * answer: an alarm on the load of a dead process is OK.
 */
async function countRecovered(
  deps: ReconcileAlarmsDeps,
  components: readonly { readonly component: string; readonly alarms: readonly NamedAlarm[] }[],
  answering: (component: string) => Promise<Answering>,
  round: Round,
): Promise<void> {
  if (components.length === 0) return;
  await round.attempt('alarms of components that count as unhealthy', async () => {
    const names = components.flatMap(({ alarms }) => alarms.map(({ name }) => name));
    const states = await deps.alarms.states(names);
    await inParallel(components, AT_A_TIME, async ({ component, alarms }) => {
      const found = alarms.map(({ name }) => states.get(name));
      if (found.includes('ALARM') || !found.includes('OK')) return;
      await round.attempt(`alarms of ${component}`, async () => {
        const { allAnswer, hasLooked } = await answering(component);
        return allAnswer || !hasLooked ? await countAsHealthy(deps, component) : [];
      });
    });
    return [];
  });
}

interface RedComponent {
  readonly limits: Limits;
  readonly alarms: readonly NamedAlarm[];
  /** When it last had its turn, epoch milliseconds: it was admitted, or refused by diagnosis. */
  readonly turnMs: number;
}

/** Refusals of diagnosis: what it finds is not known here, so that a component may come back with each round. */
const BY_DIAGNOSIS: ReadonlySet<RefusalReason> = new Set([
  'CAUSE_ELSEWHERE',
  'CHANGE_IN_PROGRESS',
  'LIMITS_UNKNOWN',
  'NO_STRATEGY',
]);
const REFUSALS_LOOKED_AT = 5;

/** Whether triage asks diagnosis about one of the alarms. */
function mayBeRefused({ configuration, clock }: ReconcileAlarmsDeps, alarms: readonly NamedAlarm[]): boolean {
  const nowMs = clock.nowMs();
  return alarms.some((alarm) => questionsAbout(configuration, stillRedAlert(alarm, nowMs)) !== undefined);
}

/** When diagnosis last refused to have a component healed; 0 if it is not among the latest refusals. */
async function diagnosedAtMs({ store }: ReconcileAlarmsDeps, component: string): Promise<number> {
  const refusals = await store.listRefusals(component, REFUSALS_LOOKED_AT);
  const own = refusals.filter(({ reason }) => BY_DIAGNOSIS.has(reason));
  return Math.max(0, ...own.map(({ refusedAtMs }) => refusedAtMs));
}

/**
 * The component that has waited longest comes first, and no more are handed back than the budgets have room for: a
 * component whose repair keeps failing, or that diagnosis keeps refusing, must not keep the others from their turn.
 */
async function handBackInTurn(
  deps: ReconcileAlarmsDeps,
  red: readonly RedComponent[],
  round: Round,
): Promise<void> {
  let fleet = red.at(-1)?.limits.fleet;
  const calendars = await calendarsOf(deps, red);
  const names = new Set(red.map(({ limits }) => limits.component.component));
  const graph = configuredGraph(deps.configuration.components);
  // Triage may leave it to that, and a place kept for it would keep that from its turn.
  const dependsOnRed = (component: string) =>
    callersFirst(graph, component).some((name) => name !== component && names.has(name));
  for (const { limits, alarms } of red.toSorted((a, b) => a.turnMs - b.turnMs)) {
    await round.attempt(`alarms of ${limits.component.component}`, async () => {
      const result = await handOneBack(deps, calendars, alarms, { ...limits, fleet: fleet ?? limits.fleet });
      if (!result.handed || !dependsOnRed(limits.component.component)) fleet = result.fleet;
      return result.what;
    });
  }
}

/** Each calendar is read once a round, however many alarms wait for it. */
async function calendarsOf(deps: ReconcileAlarmsDeps, red: readonly RedComponent[]): Promise<CalendarStates> {
  const { configuration, clock } = deps;
  const nowMs = clock.nowMs();
  const deciding = red.flatMap(({ alarms }) =>
    alarms.flatMap(({ component, severity }) => decidingCalendars(component, severity, configuration, nowMs)),
  );
  return await readCalendars(deps, [...new Set(deciding)]);
}

interface HandedBack {
  /** Whether the alarm went back to triage. */
  readonly handed: boolean;
  /** The fleet as it will be if triage decides as it would now. */
  readonly fleet: FleetRecord;
  readonly what: readonly string[];
}

/** The first of a component's red alarms for which asking again would help; one that can't be healed hides no other. */
async function handOneBack(
  deps: ReconcileAlarmsDeps,
  calendars: CalendarStates,
  alarms: readonly NamedAlarm[],
  limits: Limits,
): Promise<HandedBack> {
  const what: string[] = [];
  let { fleet } = limits;
  for (const alarm of alarms) {
    const result = await handBack(deps, calendars, alarm, { ...limits, fleet });
    what.push(...result.what);
    ({ fleet } = result);
    if (result.handed) return { handed: true, fleet, what };
  }
  return { handed: false, fleet, what };
}

async function handBack(
  deps: ReconcileAlarmsDeps,
  calendars: CalendarStates,
  alarm: NamedAlarm,
  limits: Limits,
): Promise<HandedBack> {
  const { configuration, store } = deps;
  const { component } = alarm;
  const { fleet } = limits;
  const nothing = (...what: readonly string[]): HandedBack => ({ handed: false, fleet, what });

  const nowMs = deps.clock.nowMs();
  const claimed = stillRedAlert(alarm, nowMs);
  const question = { alert: claimed, configuration, limits, nowMs, calendars };
  const matching = matchingStrategies(configuration.strategies, claimed);
  // What was learned changes their order and passes some over: if each is refused, it need not be read.
  const isCounted = fleet.unhealthy.includes(component);
  const isOpen = (one: Strategy) =>
    isWorthAsking(decideAdmission({ ...question, strategies: [one] }), limits);
  if (isCounted && !matching.some(isOpen)) return nothing();

  const { strategies, ineffective } = await consideredStrategies(deps, claimed, matching);
  const decision = decideAdmission({ ...question, strategies, ineffective });
  const asks = isWorthAsking(decision, limits);
  const isUnmarked = countsInGroup(component, configuration, decision) && !isCounted;
  if (strategies.length === 0 || !(asks || isUnmarked)) return nothing();

  // CloudWatch is asked last, and only about alarms that would be handed back: that takes a call or two for each.
  const targets = await targetsOf(deps, alarm);
  if (targets === undefined) return nothing();
  const alert = { ...claimed, targets };
  if (earlyRefusal(configuration, alert)) return nothing();
  const silencedBy = await deps.alarms.silencedBy(alarm.name);
  if (silencedBy !== undefined) return nothing(`left ${alarm.name} alone: silenced by ${silencedBy}`);

  if (!asks) {
    await store.markUnhealthy(component);
    const marked = { ...fleet, unhealthy: withMember(fleet.unhealthy, component) };
    return {
      handed: false,
      fleet: marked,
      what: [`${component}: ${alarm.name} is red, so it counts as unhealthy`],
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
  { configuration, alarms }: ReconcileAlarmsDeps,
  { name, component }: NamedAlarm,
): Promise<readonly string[] | undefined> {
  const definition = configuration.components[component];
  if (!definition) return undefined;
  return mayHaveContributors(name, component, definition)
    ? await alarms.targetsOf(name)
    : alarmTargets(name, component, definition);
}
