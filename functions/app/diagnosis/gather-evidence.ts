import { changesOf } from '../../core/change/change.ts';
import { watchedComponents } from '../../core/change/change-owners.ts';
import { withSharedRollbacks } from '../../core/change/shared-rollback.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import {
  callersFirst,
  configuredGraph,
  type DependencyGraph,
} from '../../core/diagnosis/dependency-graph.ts';
import {
  type ComponentEvidence,
  type Evidence,
  type EvidenceSource,
  type MissingEvidence,
  troubleSinceMs,
} from '../../core/diagnosis/evidence.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { alarmsByComponent, peersOf } from '../../core/verification/observed-components.ts';
import { isSteady } from '../../core/watchdog/ladder.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DiscoveredGraphs } from '../../ports/discovered-graphs.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { MetricData } from '../../ports/metric-data.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { noteDenial } from '../denials.ts';
import { readCompletedGraph } from '../discovery/known-graph.ts';
import { inParallel } from '../in-parallel.ts';
import { readTraffic, type Traffic } from './read-traffic.ts';

export interface EvidenceDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readComponents' | 'noteDenial'>;
  readonly alarms: Pick<AlarmReader, 'redSince'>;
  readonly watchdog: Pick<WatchdogStore, 'listShards'>;
  readonly changes: Pick<ChangeStore, 'listChanges'>;
  readonly discovered: Pick<DiscoveredGraphs, 'readGraph'>;
  readonly metricData: Pick<MetricData, 'read'>;
  readonly clock: Clock;
}

/** What is not known by then is missing: a repair must not wait for its diagnosis. */
const GATHER_FOR_MS = 2_000;

/**
 * Components whose state is looked at: the nearest hundred of what the alarmed one depends on, so that each source is
 * read in one request.
 */
const COMPONENTS_AT_MOST = 100;

/** Components whose changes are looked at: the nearest, each by a query of its own. */
const WATCHED_AT_MOST = 20;

/** Components that may have had the same change rolled back: read in one request. */
const SHARED_AT_MOST = 100;

/** Reads each source once, all but the graph at the same time. Never rejects: what could not be read is named in the evidence. */
export async function gatherEvidence(deps: EvidenceDeps, alert: HealthAlert): Promise<Evidence> {
  const { configuration, clock } = deps;
  const graph = configuredGraph(configuration.components);
  const missing: MissingEvidence[] = [];
  const timeUp = clock.sleep(GATHER_FOR_MS).then(() => undefined);
  const read = async <Found>(
    source: EvidenceSource,
    find: () => Promise<Found>,
  ): Promise<Found | undefined> => {
    try {
      const outcome = await Promise.race([find().then((found) => ({ found })), timeUp]);
      if (outcome !== undefined) return outcome.found;
      missing.push({ source, why: `no answer within ${GATHER_FOR_MS / 1_000} s` });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
      missing.push({ source, why: shortReason(`${error.name}: ${error.message}`) });
    }
    return undefined;
  };
  const completed = await read('graph', () => readCompletedGraph(deps));
  const declared = callersFirst(graph, alert.component);
  const discovered = completed ? discoveredBeside(declared, completed, alert.component) : [];
  const names = [...declared, ...discovered].slice(0, COMPONENTS_AT_MOST);
  const redAlarms = read('alarms', () => redAlarmsOf(deps, names));
  const [operations, alarms, heartbeats, changes, traffic] = await Promise.all([
    read('operations', () => operationsOf(deps, names)),
    redAlarms,
    read('heartbeats', () => silentPeersOf(deps, names)),
    read('changes', () => changesOfComponents(deps, names, alert.occurredAtMs)),
    read('metrics', async () =>
      // What requests say of declared dependencies, a dependency that was only discovered must not change.
      trafficOf(
        deps,
        graph,
        declared.slice(0, COMPONENTS_AT_MOST),
        alert,
        (await redAlarms)?.get(alert.component),
      ),
    ),
  ]);
  const onset = troubleSinceMs({
    alert,
    components: [
      { component: alert.component, redAlarms: alarms?.get(alert.component) ?? [], silentPeers: [] },
    ],
  });
  // The trouble is known to be older only now. Most changes that may have caused it have been read already.
  const earlier =
    changes && needsEarlier(deps, alert, onset)
      ? await read('changes', () => changesOfComponents(deps, [alert.component], onset))
      : undefined;
  const own = (earlier ?? changes)?.get(alert.component);
  const shared = own?.changes?.length
    ? await read('operations', () => sharedRollbacks(deps, alert.component, own))
    : undefined;
  const alarmsOf = alarmsByComponent(configuration);
  const components = names.map(
    (component): ComponentEvidence => ({
      component,
      ...(discovered.includes(component) && { isDiscovered: true }),
      alarmMetrics: (alarmsOf.get(component) ?? []).map(({ metric }) => metric),
      redAlarms: alarms?.get(component) ?? [],
      silentPeers: heartbeats?.get(component) ?? [],
      ...operations?.get(component),
      ...(earlier?.get(component) ?? changes?.get(component)),
      ...(component === alert.component && shared),
      ...(heartbeats && peersOf(configuration, component).length > 0 && { hasHeartbeat: true }),
    }),
  );
  const down = components.filter(({ silentPeers }) =>
    silentPeers.some(({ status }) => status !== 'DEGRADED'),
  );
  const measured = traffic?.(new Set(down.map(({ component }) => component)));
  const graphs = { graph, ...(completed && { completedGraph: completed }) };
  return { alert, nowMs: clock.nowMs(), ...graphs, components, ...measured, missing };
}

/** What only discovered dependencies lead to from a component, callers before their callees. */
function discoveredBeside(
  declared: readonly string[],
  completed: DependencyGraph,
  component: string,
): readonly string[] {
  const known = new Set(declared);
  return callersFirst(completed, component).filter((name) => !known.has(name));
}

/** Most configurations name no metrics of traffic. */
async function trafficOf(
  deps: EvidenceDeps,
  graph: DependencyGraph,
  names: readonly string[],
  alert: HealthAlert,
  redAlarms: ComponentEvidence['redAlarms'] = [],
): Promise<Traffic | undefined> {
  const { component, metric } = alert;
  if (!names.some((name) => deps.configuration.components[name]?.traffic)) return undefined;
  const sinceMs = troubleSinceMs({ alert, components: [{ component, redAlarms, silentPeers: [] }] });
  return await readTraffic(deps, graph, names, metric, sinceMs);
}

type Found<Key extends keyof ComponentEvidence> = ReadonlyMap<string, ComponentEvidence[Key]>;

async function operationsOf(
  { store }: EvidenceDeps,
  names: readonly string[],
): Promise<ReadonlyMap<string, Partial<ComponentEvidence>>> {
  const records = await store.readComponents(names);
  return new Map(
    records.map(({ component, claim, attemptsMs, exhaustionNotifiedAtMs, rolledBack }) => {
      const times = Object.values(attemptsMs).flat();
      return [
        component,
        {
          ...(claim && { operationId: claim.operationId }),
          ...(exhaustionNotifiedAtMs !== undefined && { personCalledAtMs: exhaustionNotifiedAtMs }),
          ...(rolledBack && { rolledBack }),
          ...(times.length > 0 && { lastAdmittedMs: Math.max(...times) }),
        },
      ];
    }),
  );
}

async function redAlarmsOf(
  { configuration, alarms }: EvidenceDeps,
  names: readonly string[],
): Promise<Found<'redAlarms'>> {
  const byComponent = alarmsByComponent(configuration);
  const declared = names.flatMap((name) => byComponent.get(name) ?? []);
  if (declared.length === 0) return new Map();
  const since = await alarms.redSince(declared.map(({ name }) => name));
  const red = declared.flatMap(({ name, component, metric, severity, isLow }) => {
    const sinceMs = since.get(name);
    return sinceMs === undefined
      ? []
      : [{ component, alarm: { alarmName: name, metric, severity, sinceMs, ...(isLow && { isLow }) } }];
  });
  return byComponentName(red.map(({ component, alarm }) => [component, alarm]));
}

async function silentPeersOf(
  { configuration, watchdog }: EvidenceDeps,
  names: readonly string[],
): Promise<Found<'silentPeers'>> {
  const peers = names.flatMap((component) =>
    peersOf(configuration, component).map((peer) => ({ component, peer })),
  );
  if (peers.length === 0) return new Map();
  const shards = await watchdog.listShards();
  const states = new Map(shards.flatMap((shard) => Object.entries(shard.states)));
  return byComponentName(
    peers.flatMap(({ component, peer }) => {
      const state = states.get(peer);
      if (!state || isSteady(state) || state.status === 'HEALTHY') return [];
      const { status, lastSeenMs } = state;
      return [[component, { peer, status, lastSeenMs }] as const];
    }),
  );
}

/** Whether changes may be suspected that began before all that are read at first. */
function needsEarlier({ configuration, clock }: EvidenceDeps, alert: HealthAlert, onset: number): boolean {
  const watching = configuration.components[alert.component]?.changes;
  if (!watching) return false;
  const nowMs = clock.nowMs();
  return changesSinceMs(watching, nowMs, onset) < changesSinceMs(watching, nowMs, alert.occurredAtMs);
}

/** What began earlier is no longer in progress, nor suspected of trouble that began then. */
function changesSinceMs(
  { holdSeconds, suspectSeconds }: { readonly holdSeconds: number; readonly suspectSeconds: number },
  nowMs: number,
  onset: number,
): number {
  return Math.min(nowMs - Math.max(holdSeconds, 2 * suspectSeconds) * 1_000, onset - suspectSeconds * 1_000);
}

/** One query for each component whose changes are watched; where none are, no request. */
async function changesOfComponents(
  { configuration, changes, clock }: EvidenceDeps,
  names: readonly string[],
  onset: number,
): Promise<ReadonlyMap<string, Partial<ComponentEvidence>>> {
  const nowMs = clock.nowMs();
  const found = new Map<string, Partial<ComponentEvidence>>();
  const watched = names.filter((name) => configuration.components[name]?.changes);
  await inParallel(watched.slice(0, WATCHED_AT_MOST), WATCHED_AT_MOST, async (name) => {
    const watching = configuration.components[name]?.changes;
    if (!watching) return;
    const { holdSeconds, suspectSeconds, graceSeconds } = watching;
    const sinceMs = changesSinceMs(watching, nowMs, onset);
    found.set(name, {
      changes: changesOf(await changes.listChanges(name, sinceMs), nowMs, holdSeconds),
      watched: {
        holdMs: holdSeconds * 1_000,
        suspectMs: suspectSeconds * 1_000,
        graceMs: graceSeconds * 1_000,
      },
    });
  });
  return found;
}

/** One read of the other components whose changes are watched: a change may be of several. */
async function sharedRollbacks(
  { configuration, store }: EvidenceDeps,
  component: string,
  { changes = [] }: Partial<ComponentEvidence>,
): Promise<Pick<ComponentEvidence, 'changes'>> {
  const others = watchedComponents(configuration).flatMap(([name]) => (name === component ? [] : [name]));
  if (others.length === 0) return { changes };
  return {
    changes: withSharedRollbacks(changes, await store.readComponents(others.slice(0, SHARED_AT_MOST))),
  };
}

function byComponentName<Item>(
  entries: readonly (readonly [string, Item])[],
): ReadonlyMap<string, readonly Item[]> {
  const grouped = Map.groupBy(entries, ([component]) => component);
  return new Map([...grouped].map(([component, items]) => [component, items.map(([, item]) => item)]));
}
