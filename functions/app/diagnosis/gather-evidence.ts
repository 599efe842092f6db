import { watchedComponents } from '../../core/change/change-owners.ts';
import { withSharedRollbacks } from '../../core/change/shared-rollback.ts';
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
import type { Clock } from '../../ports/clock.ts';
import type { DiscoveredGraphs } from '../../ports/discovered-graphs.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { MetricData } from '../../ports/metric-data.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { noteDenial } from '../denials.ts';
import { readCompletedGraph } from '../discovery/known-graph.ts';
import {
  type ComponentSources,
  changesOfComponents,
  changesSinceMs,
  componentEvidence,
  operationsOf,
  redAlarmsOf,
  silentPeersOf,
  type WatchedChanges,
} from './observe-components.ts';
import { asksForTraffic, readTraffic, type Traffic } from './read-traffic.ts';

export interface EvidenceDeps extends ComponentSources {
  readonly store: Pick<OperationStore, 'readComponents' | 'noteDenial'>;
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

/** Components that may have had the same change rolled back: read in one request. */
const SHARED_AT_MOST = 100;

/**
 * Reads each source once, all at the same time; beside them what was discovered, and then the same sources for what only
 * that leads to. What could not be read is named in the evidence.
 */
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
  const declared = callersFirst(graph, alert.component).slice(0, COMPONENTS_AT_MOST);
  const ofTraffic = asksForTraffic(configuration, graph, declared, alert, clock.nowMs());
  const redAlarms = read('alarms', () => redAlarmsOf(deps, declared));
  const [operations, alarms, heartbeats, changes, traffic, discovered] = await Promise.all([
    read('operations', () => operationsOf(deps, declared)),
    redAlarms,
    read('heartbeats', () => silentPeersOf(deps, declared)),
    read('changes', () => changesOfComponents(deps, declared, alert.occurredAtMs)),
    read(ofTraffic ? 'metrics' : 'resources', async () =>
      // What requests say of declared dependencies, a dependency that was only discovered must not change.
      trafficOf(deps, graph, declared, alert, (await redAlarms)?.get(alert.component)),
    ),
    read('graph', () => discoveredBeside(deps, graph, alert)),
  ]);
  const onset = troubleSinceMs({ alert, components: [{ redAlarms: alarms?.get(alert.component) }] });
  // The trouble is known to be older only now. Most changes that may have caused it have been read already.
  const earlier =
    changes && needsEarlier(deps, alert, onset)
      ? await read('changes', () => changesOfComponents(deps, [alert.component], onset))
      : undefined;
  const own = (earlier ?? changes)?.get(alert.component);
  const shared = own?.changes.length
    ? await read('operations', () => sharedRollbacks(deps, alert.component, own))
    : undefined;
  const evidenceOf = componentEvidence(configuration, { operations, alarms, heartbeats, changes });
  const known = declared.map((name) => withSigns(evidenceOf(name), traffic));
  const [alarmed = evidenceOf(alert.component), ...dependencies] = known;
  const components = [{ ...alarmed, ...own, ...shared }, ...dependencies, ...(discovered?.components ?? [])];
  const down = components.filter(({ silentPeers }) =>
    silentPeers.some(({ status }) => status !== 'DEGRADED'),
  );
  const measured = traffic?.judge(new Set(down.map(({ component }) => component)));
  const graphs = { graph, ...(discovered && { completedGraph: discovered.completedGraph }) };
  return { alert, nowMs: clock.nowMs(), ...graphs, components, ...measured, missing };
}

/**
 * The graph with what was discovered, and what is known of the components that only that leads to, callers before their
 * callees. If any of it cannot be read, what is declared decides alone.
 */
async function discoveredBeside(
  deps: EvidenceDeps,
  graph: DependencyGraph,
  { component, occurredAtMs }: HealthAlert,
): Promise<
  { readonly completedGraph: DependencyGraph; readonly components: readonly ComponentEvidence[] } | undefined
> {
  const completedGraph = await readCompletedGraph(deps);
  if (!completedGraph) return undefined;
  const declared = new Set(callersFirst(graph, component));
  const names = callersFirst(completedGraph, component)
    .filter((name) => !declared.has(name))
    .slice(0, Math.max(0, COMPONENTS_AT_MOST - declared.size));
  if (names.length === 0) return { completedGraph, components: [] };
  const [operations, alarms, heartbeats, changes] = await Promise.all([
    operationsOf(deps, names),
    redAlarmsOf(deps, names),
    silentPeersOf(deps, names),
    changesOfComponents(deps, names, occurredAtMs),
  ]);
  const evidenceOf = componentEvidence(deps.configuration, { operations, alarms, heartbeats, changes });
  return {
    completedGraph,
    components: names.map((name) => ({ ...evidenceOf(name), isDiscovered: true })),
  };
}

function withSigns(known: ComponentEvidence, traffic: Traffic | undefined): ComponentEvidence {
  const more = traffic?.signs.get(known.component);
  return more ? { ...known, signs: [...(known.signs ?? []), ...more] } : known;
}

/** Most configurations name no metrics of traffic. */
async function trafficOf(
  deps: EvidenceDeps,
  graph: DependencyGraph,
  names: readonly string[],
  alert: HealthAlert,
  redAlarms: ComponentEvidence['redAlarms'] | undefined,
): Promise<Traffic | undefined> {
  // Only then may metrics be read.
  if (!Object.values(deps.configuration.components).some(({ traffic }) => traffic)) return undefined;
  return await readTraffic(deps, graph, names, alert, troubleSinceMs({ alert, components: [{ redAlarms }] }));
}

/** Whether changes may be suspected that began before all that are read at first. */
function needsEarlier({ configuration, clock }: EvidenceDeps, alert: HealthAlert, onset: number): boolean {
  const watching = configuration.components[alert.component]?.changes;
  const nowMs = clock.nowMs();
  return (
    watching !== undefined &&
    changesSinceMs(watching, nowMs, onset) < changesSinceMs(watching, nowMs, alert.occurredAtMs)
  );
}

/** One read of the other components whose changes are watched: a change may be of several. */
async function sharedRollbacks(
  { configuration, store }: EvidenceDeps,
  component: string,
  { changes }: WatchedChanges,
): Promise<Pick<ComponentEvidence, 'changes'>> {
  const others = watchedComponents(configuration).flatMap(([name]) => (name === component ? [] : [name]));
  if (others.length === 0) return { changes };
  return {
    changes: withSharedRollbacks(changes, await store.readComponents(others.slice(0, SHARED_AT_MOST))),
  };
}
