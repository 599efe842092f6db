import type { FleetRecord } from '../../core/admission/records.ts';
import { type CorrelatedIncident, isOpen } from '../../core/correlation/correlated-incident.ts';
import { formerBoardNames, neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import { type IncidentRecord, isRepaired } from '../../core/notification/incident.ts';
import { incidentKey, watchdogKey } from '../../core/notification/incident-key.ts';
import type { Home } from '../../core/signal/home.ts';
import type { AlarmState } from '../../core/verification/alarm-observation.ts';
import { alarmsByComponent, isObserved, peersOf } from '../../core/verification/observed-components.ts';
import { isConfigured } from '../../core/watchdog/peer.ts';
import { inParallel, rotated } from '../in-parallel.ts';
import { createRound } from '../recover/round.ts';
import { type ResolveDeps, resolve } from './resolve.ts';

/** An incident of one component. */
type OwnIncident = IncidentRecord & { readonly component: string };

/** How many incidents are announced as over at the same time. */
const AT_A_TIME = 10;
/** A component counts as unhealthy shortly after people are called about it at the latest. */
const SETTLING_MS = 60_000;

/**
 * Resolves the incidents that are over, however they began: a person may have repaired the component. It has recovered
 * when the reconciler no longer counts it as unhealthy, it is not being healed, and none of its alarms is red and at least
 * one OK; after a repair that held, when none of its alarms is red and it is not being healed, since an alarm whose data
 * ended with the fault will not be OK. Where nothing observes it, it would stop counting as unhealthy in any case: only a
 * verified repair or the end of what was reported says that it has recovered. Of one that is no longer configured, nothing
 * will say that. Those of several components are resolved when the reconciler has found all of these recovered. The
 * watchdog ends its own, under keys of their own, by an event for each, unless it has ceased to watch the component.
 *
 * Everything is read at once, and one incident's failure stops no other.
 *
 * @returns the components that have recovered
 * @throws ServiceError if it cannot be read which incidents are open
 * @throws ResolveIncomplete after the whole round, so that an alarm sees it; the next round tries again
 */
export async function resolveRecovered(deps: ResolveDeps): Promise<readonly string[]> {
  const nowMs = deps.clock.nowMs();
  const going = (await deps.incidents.listIncidents()).filter(
    (record): record is OwnIncident =>
      record.component !== undefined && (record.status === 'open' || !record.announced),
  );
  const candidates = going.filter((record) => isOfComponents(record, deps.home));
  const round = createRound();
  const shared = await sharedIncidents(deps, candidates, round.attempt);
  const own = candidates.filter(({ key }) => !shared.has(key));
  const hasRecovered = await recoveredComponents(deps, own, nowMs, round.attempt);
  const over = candidates.flatMap((record) => {
    const isOver = shared.has(record.key) ? shared.get(record.key) === 'over' : hasRecovered(record);
    if (!isOver) return [];
    if (isRemoved(deps, record.component)) return [{ record, message: NOT_CONFIGURED }];
    return [{ record, message: shared.has(record.key) ? ALL_RECOVERED : NOTHING_REPORTS }];
  });
  const unwatched = going
    .filter((record) => isUnwatched(record, deps))
    .map((record) => ({ record, message: NOT_WATCHED }));
  await inParallel(
    rotated([...over, ...unwatched], nowMs),
    AT_A_TIME,
    async ({ record: { component, key }, message }) => {
      await round.attempt(`incident ${key}`, async () => {
        await resolve(deps, { component, key, atMs: nowMs, message });
        return [component];
      });
    },
  );
  if (round.problems.length > 0) throw new ResolveIncomplete(round.problems.join('\n'));
  return round.done;
}

class ResolveIncomplete extends Error {
  override readonly name = 'ResolveIncomplete';
  readonly code = 'RESOLVE_INCOMPLETE';
}

function isOfComponents({ key, component, incidentId }: OwnIncident, home: Home): boolean {
  return incidentId !== undefined || key === incidentKey(component, home);
}

/**
 * Whether it is the watchdog's incident of a component that it certainly no longer watches. A component without a health
 * endpoint may still be watched: as a peer that was registered at run time under its name.
 */
function isUnwatched({ key, component }: OwnIncident, { configuration, home }: ResolveDeps): boolean {
  if (key !== watchdogKey(component, home)) return false;
  if (peersOf(configuration, component).includes(component)) return false;
  const mayBeRegistered =
    configuration.watchdog.enabled &&
    Object.hasOwn(configuration.components, component) &&
    !isConfigured(configuration, component);
  return !mayBeRegistered;
}

const ALL_RECOVERED = 'All components of the incident have recovered.';
const NOTHING_REPORTS = 'It is no longer reported as unhealthy.';
const NOT_CONFIGURED = 'It is no longer configured.';
const NOT_WATCHED = 'The watchdog no longer watches it.';

/** Nothing will say any more how such a component is. */
function isRemoved({ configuration }: Pick<ResolveDeps, 'configuration'>, component: string): boolean {
  return !Object.hasOwn(configuration.components, component);
}

type Attempt = ReturnType<typeof createRound>['attempt'];

/**
 * Of the incidents of several components, by key, whether they are over. One whose neighbourhood the configuration has changed
 * may be on any board, in use or former. One that is on none ended long ago: what observes its component decides, if
 * anything does.
 */
async function sharedIncidents(
  { configuration, correlation }: ResolveDeps,
  candidates: readonly OwnIncident[],
  attempt: Attempt,
): Promise<ReadonlyMap<string, 'open' | 'over'>> {
  const shared = candidates.flatMap(({ key, component, incidentId }) =>
    incidentId === undefined ? [] : [{ key, component, incidentId }],
  );
  // Until their boards have been read, none of them is over.
  const found = new Map<string, 'open' | 'over'>(shared.map(({ key }) => [key, 'open']));
  if (shared.length === 0) return found;
  await attempt('incidents of several components', async () => {
    const inUse = neighbourhoods(configuration);
    const likely = new Set(shared.flatMap(({ component }) => inUse.get(component) ?? []));
    const onBoards = await incidentsOn(correlation, likely);
    if (shared.some(({ incidentId }) => !incidentOf(onBoards, incidentId))) {
      const former = formerBoardNames(configuration, await correlation.readBoardNames());
      const others = [...inUse.values(), ...former].filter((name) => !likely.has(name));
      onBoards.push(...(await incidentsOn(correlation, new Set(others))));
    }
    for (const { key, component, incidentId } of shared) {
      const incident = incidentOf(onBoards, incidentId);
      if (incident ? !isOpen(incident) : !isObserved(configuration, component)) found.set(key, 'over');
      else if (!incident) found.delete(key);
    }
    return [];
  });
  return found;
}

async function incidentsOn(
  correlation: ResolveDeps['correlation'],
  boards: ReadonlySet<string>,
): Promise<CorrelatedIncident[]> {
  if (boards.size === 0) return [];
  return (await correlation.readBoards([...boards])).flatMap(({ incidents }) => incidents);
}

function incidentOf(
  incidents: readonly CorrelatedIncident[],
  incidentId: string,
): CorrelatedIncident | undefined {
  return incidents.find((each) => [each.incidentId, ...each.absorbed].includes(incidentId));
}

/** Whether the component of an incident has recovered; what could not be read says that none has. */
async function recoveredComponents(
  deps: ResolveDeps,
  candidates: readonly OwnIncident[],
  nowMs: number,
  attempt: Attempt,
): Promise<(incident: OwnIncident) => boolean> {
  const { configuration, alarms, store } = deps;
  const settled = candidates.filter(
    ({ component, contained, status, sinceMs }) =>
      (isObserved(configuration, component) || isRemoved(deps, component)) &&
      (status === 'resolved' || !contained) &&
      (status === 'resolved' || nowMs - sinceMs >= SETTLING_MS),
  );
  if (settled.length === 0) return () => false;
  const byComponent = alarmsByComponent(configuration);
  const names = settled.flatMap(({ component }) => byComponent.get(component) ?? []).map(({ name }) => name);
  let fleet: FleetRecord | undefined;
  let states: ReadonlyMap<string, AlarmState> = new Map();
  await attempt('alarms of components with an incident', async () => {
    if (names.length > 0) states = await alarms.states([...new Set(names)]);
    fleet = await store.readFleet();
    return [];
  });
  if (!fleet) return () => false;
  const { inFlight, unhealthy } = fleet;
  return (incident) => {
    const { component } = incident;
    if (!settled.includes(incident) || inFlight.includes(component)) return false;
    if (isRemoved(deps, component)) return true;
    const own = (byComponent.get(component) ?? []).map(({ name }) => states.get(name));
    if (own.length > 0 && isRepaired(incident)) return !own.includes('ALARM');
    if (unhealthy.includes(component)) return false;
    return own.length === 0 || (own.includes('OK') && !own.includes('ALARM'));
  };
}
