import { isOnRoute } from '../../core/admission/capacity.ts';
import { decidingCalendars } from '../../core/admission/outside-window.ts';
import type { FleetRecord, Limits, QueuedRepair } from '../../core/admission/records.ts';
import type { RefusalReason, RefusalRecord } from '../../core/admission/refusal.ts';
import { byTurn, queueOf } from '../../core/admission/repair-queue.ts';
import { REPORT_HOLDS_MS } from '../../core/admission/reports.ts';
import { lastTurnMs, stillRedAlert } from '../../core/admission/still-red.ts';
import { mayCorrelate } from '../../core/correlation/neighbourhood.ts';
import { callersFirst, configuredGraph } from '../../core/diagnosis/dependency-graph.ts';
import {
  alarmsByComponent,
  commonPrefix,
  type NamedAlarm,
} from '../../core/verification/observed-components.ts';
import type { CalendarStates } from '../../core/window/calendar-state.ts';
import type { EventPublisher, Metrics } from '../../ports/announcers.ts';
import type { Calendars } from '../../ports/calendars.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type Answering, createAnswering } from '../answering.ts';
import type { CloseIncidentsDeps } from '../correlation/close-incidents.ts';
import { questionsAbout } from '../diagnosis/questions.ts';
import { inParallel } from '../in-parallel.ts';
import type { ConsideredStrategiesDeps } from '../learning/considered-strategies.ts';
import { readCalendars } from '../triage/read-calendars.ts';
import { handOneBack } from './hand-back.ts';
import { countAsHealthy, type ReconcileMarksDeps, reconcileMarks } from './reconcile-marks.ts';
import type { ReconcileProposalsDeps } from './reconcile-proposals.ts';
import type { ReconcileTimeLimitsDeps } from './reconcile-time-limits.ts';
import { repairPriorities } from './repair-priorities.ts';
import { createRound, type Round } from './round.ts';

export interface ReconcileAlarmsDeps extends ReconcileMarksDeps {
  readonly store: ReconcileMarksDeps['store'] &
    ReconcileTimeLimitsDeps['store'] &
    ReconcileProposalsDeps['store'] &
    Pick<OperationStore, 'noteDenial' | 'listRefusals' | 'keepQueue'>;
  readonly instances: ReconcileTimeLimitsDeps['instances'];
  readonly runbooks: ReconcileTimeLimitsDeps['runbooks'];
  readonly alarms: Pick<AlarmReader, 'inAlarm' | 'silentSince' | 'states' | 'targetsOf' | 'silencedBy'>;
  readonly events: Pick<EventPublisher, 'signal'>;
  readonly calendars: Calendars;
  readonly correlation: CloseIncidentsDeps['correlation'];
  readonly learning: ConsideredStrategiesDeps['learning'];
  readonly metrics: Pick<Metrics, 'level'>;
}

/** How many components are looked at together. */
const AT_A_TIME = 10;

/**
 * Alarms send an event only when they change. One that is still red after its operation has ended goes back to triage, as
 * soon as it would be admitted, and its component counts as unhealthy meanwhile; a component counts as healthy again when
 * none of its alarms is red, at least one is OK, all its peers answer the watchdog, and no monitor still reports it. One
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
  const inAlarm =
    names.length === 0 ? new Map<string, number>() : await deps.alarms.inAlarm(commonPrefix(names));
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
      const redSinceMs = Math.min(...own.map(({ name }) => inAlarm.get(name) ?? 0));
      const admittedAtMs = lastTurnMs(limits);
      const refusals = mayBeRefused(deps, own)
        ? await deps.store.listRefusals(component, REFUSALS_LOOKED_AT)
        : [];
      const diagnosedAtMs = latestMs(refusals, BY_DIAGNOSIS);
      const refusedAtMs = latestMs(refusals, BY_TRIAGE_ALONE);
      red.push({
        ...{ component, limits, alarms: own, wasRefused: refusedAtMs > Math.max(redSinceMs, admittedAtMs) },
        sinceMs: Math.max(redSinceMs, admittedAtMs, diagnosedAtMs),
      });
      return [];
    });
  });
  await showLevels(deps, fleet, red);
  await handBackInTurn(deps, fleet, red, round);
  const inTrouble = [...new Set([...fleet.inFlight, ...fleet.unhealthy])];
  let unasked: ReadonlySet<string> = new Set();
  if (inTrouble.length > 0)
    await round.attempt('proposals', async () => {
      const { reconcileProposals } = await import('./reconcile-proposals.ts');
      unasked = await reconcileProposals(deps, fleet, inTrouble, round.attempt);
      return [];
    });
  const unhealthy = fleet.unhealthy.filter((name) => !unasked.has(name));
  await reconcileMarks(deps, { ...fleet, unhealthy }, answering, round);
  if (fleet.timeLimits) {
    const { reconcileTimeLimits } = await import('./reconcile-time-limits.ts');
    await reconcileTimeLimits(deps, fleet, round);
  }
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

/** What the round has read anyway, as metrics. */
async function showLevels(
  { configuration, clock, metrics }: ReconcileAlarmsDeps,
  fleet: FleetRecord,
  red: readonly RedComponent[],
): Promise<void> {
  if (fleet.unhealthy.length + fleet.inFlight.length + red.length === 0) return;
  const { levelsOf } = await import('../../core/admission/levels.ts');
  const limits = red.map((each) => each.limits);
  for (const level of levelsOf(configuration, fleet, limits, clock.nowMs())) metrics.level(level);
}

/**
 * Counts as healthy the components that have an alarm in OK and whose peers answer: an alarm on the load of a dead process
 * is OK. An alarm without data proves nothing. But many never have data again once a fault is over, such as those on a
 * number of errors: where no alarm of a component has had any for as long as a report holds, it no longer counts as
 * unhealthy, which is no recovery.
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
    const knownOf = (alarms: readonly NamedAlarm[]) => alarms.map(({ name }) => states.get(name));
    const withoutRed = components.filter(({ alarms }) => !knownOf(alarms).includes('ALARM'));
    const isSilent = await silenceOf(
      deps,
      withoutRed.flatMap(({ alarms }) => (knownOf(alarms).includes('OK') ? [] : alarms)),
    );
    await inParallel(withoutRed, AT_A_TIME, async ({ component, alarms }) => {
      const hasOk = knownOf(alarms).includes('OK');
      if (!hasOk && !isSilent(alarms)) return;
      await round.attempt(`alarms of ${component}`, async () => {
        const { allAnswer, hasLooked } = await answering(component);
        return allAnswer || !hasLooked ? await countAsHealthy(deps, component, !hasOk) : [];
      });
    });
    return [];
  });
}

/** Whether alarms have had no data for long; one that does not exist says as little as before. */
async function silenceOf(
  { alarms, clock }: Pick<ReconcileAlarmsDeps, 'alarms' | 'clock'>,
  silent: readonly NamedAlarm[],
): Promise<(alarms: readonly NamedAlarm[]) => boolean> {
  const since =
    silent.length === 0
      ? new Map<string, number>()
      : await alarms.silentSince(silent.map(({ name }) => name));
  const untilMs = clock.nowMs() - REPORT_HOLDS_MS;
  return (own) => own.every(({ name }) => (since.get(name) ?? Number.POSITIVE_INFINITY) <= untilMs);
}

interface RedComponent {
  readonly component: string;
  readonly limits: Limits;
  readonly alarms: readonly NamedAlarm[];
  /** Since when it waits, epoch milliseconds: it went red, was admitted, or was refused by diagnosis. */
  readonly sinceMs: number;
  /** Whether triage refused it, for what is not known here, when it last had its turn. */
  readonly wasRefused: boolean;
}

/** Refusals of diagnosis. */
const BY_DIAGNOSIS: ReadonlySet<RefusalReason> = new Set([
  'CAUSE_ELSEWHERE',
  'CHANGE_IN_PROGRESS',
  'LIMITS_UNKNOWN',
  'NO_STRATEGY',
]);
/** Refusals for what is not known here: a component may come back with each round. */
const BY_TRIAGE_ALONE: ReadonlySet<RefusalReason> = new Set([...BY_DIAGNOSIS, 'CAPACITY_SHORT']);
const REFUSALS_LOOKED_AT = 5;

/** Whether triage may refuse one of the alarms for what is not known here. */
function mayBeRefused({ configuration, clock }: ReconcileAlarmsDeps, alarms: readonly NamedAlarm[]): boolean {
  const nowMs = clock.nowMs();
  return alarms.some(
    (alarm) =>
      isOnRoute(alarm.component, configuration) ||
      questionsAbout(configuration, stillRedAlert(alarm, nowMs)) !== undefined,
  );
}

/** When a component was last refused for one of the reasons, epoch milliseconds; 0 if that is not among the refusals. */
function latestMs(refusals: readonly RefusalRecord[], reasons: ReadonlySet<RefusalReason>): number {
  const own = refusals.filter(({ reason }) => reasons.has(reason));
  return Math.max(0, ...own.map(({ refusedAtMs }) => refusedAtMs));
}

/**
 * The most urgent component comes first, and no more are handed back than the budgets have room for: a component whose
 * repair keeps failing, or that triage keeps refusing, must not keep the others from their turn. Those that budgets
 * have no room for are kept as a queue, so that triage admits nothing less urgent before the next round.
 */
async function handBackInTurn(
  deps: ReconcileAlarmsDeps,
  { queue: kept }: FleetRecord,
  red: readonly RedComponent[],
  round: Round,
): Promise<void> {
  let fleet = red.at(-1)?.limits.fleet;
  const calendars = await calendarsOf(deps, red);
  const names = new Set(red.map(({ component }) => component));
  const graph = configuredGraph(deps.configuration.components);
  // Triage may leave it to that, and a place kept for it would keep that from its turn.
  const dependsOnRed = (component: string) =>
    callersFirst(graph, component).some((name) => name !== component && names.has(name));
  const priorities = await repairPriorities(deps, red, round);
  const waiting = red.map((each) => ({ ...each, priority: priorities.get(each.component) ?? 0 }));
  const queued: QueuedRepair[] = [];
  for (const { component, limits, alarms, priority, sinceMs, wasRefused } of waiting.toSorted(byTurn)) {
    await round.attempt(`alarms of ${component}`, async () => {
      const result = await handOneBack(deps, calendars, alarms, { ...limits, fleet: fleet ?? limits.fleet });
      if (!result.handed || !(wasRefused || dependsOnRed(component))) fleet = result.fleet;
      if (result.awaits && !wasRefused) queued.push({ component, priority, sinceMs, budget: result.awaits });
      return result.what;
    });
  }
  await round.attempt('the queue of repairs', async () => {
    const queue = queueOf(queued, deps.clock.nowMs());
    if (queue || kept) await deps.store.keepQueue(queue);
    return [];
  });
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
