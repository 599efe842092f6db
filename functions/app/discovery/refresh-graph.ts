import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { componentNames } from '../../core/discovery/component-names.ts';
import {
  type DiscoveredGraph,
  NOTHING_DISCOVERED,
  refreshed,
} from '../../core/discovery/discovered-graph.ts';
import { ecsServices } from '../../core/discovery/ecs-services.ts';
import { tracedDependencies } from '../../core/discovery/traced-dependencies.ts';
import type { BalancedAddress, EcsAddresses } from '../../core/discovery/traced-service.ts';
import type { Home } from '../../core/signal/home.ts';
import type { Clock } from '../../ports/clock.ts';
import { type DiscoveredGraphs, GraphUnreadable } from '../../ports/discovered-graphs.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { Topology } from '../../ports/topology.ts';
import { noteDenial } from '../denials.ts';

export interface RefreshGraphDeps {
  readonly configuration: CompiledConfiguration;
  readonly home: Home;
  readonly clock: Pick<Clock, 'nowMs' | 'sleep'>;
  readonly topology: Topology;
  readonly discovered: DiscoveredGraphs;
  readonly store: Pick<OperationStore, 'noteDenial'>;
}

export interface RefreshReport {
  /** Services in X-Ray's graph. */
  readonly services: number;
  /** Dependencies on record now. */
  readonly dependencies: number;
  /** Whether the record was written: only if it says anything new. */
  readonly isChanged: boolean;
  /** What could not be read, one line each; what was on record stays. */
  readonly problems: readonly string[];
}

/** Traces arrive late: each graph begins before the last one ended. */
const OVERLAP_MS = 10 * 60_000;
/** X-Ray answers for no longer range. */
const RANGE_AT_MOST_MS = 6 * 3_600_000;

/**
 * Reads what called what since the last time, and keeps the calls between components that nobody declared. If X-Ray
 * cannot be read, the record stays as it is. Without ECS or load balancers, their names are missing, and dependencies
 * found by them earlier stay until they are too old. A record that cannot be decoded is replaced by what is seen now.
 *
 * Safe to repeat, and to run twice at a time: one of the two records counts.
 */
export async function refreshGraph(deps: RefreshGraphDeps): Promise<RefreshReport> {
  const { configuration, home, clock, topology, discovered } = deps;
  const { graph } = configuration.settings;
  const problems: string[] = [];
  const read = async <Found>(what: string, find: () => Promise<Found>): Promise<Found | undefined> => {
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
      problems.push(`${what}: ${error.name}: ${error.message}`);
      return undefined;
    }
  };
  let isUnreadable = false;
  const before = await read('the record', async () => {
    try {
      return await discovered.readGraph();
    } catch (error) {
      if (!(error instanceof GraphUnreadable)) throw error;
      isUnreadable = true;
      return NOTHING_DISCOVERED;
    }
  });
  const nothing = { services: 0, dependencies: before?.dependencies.length ?? 0, isChanged: false, problems };
  if (!graph || !before) return nothing;

  const nowMs = clock.nowMs();
  const rangeMs = Math.min(RANGE_AT_MOST_MS, graph.refreshSeconds * 1_000 + OVERLAP_MS);
  const traced = await read('X-Ray', () => topology.traced(nowMs - rangeMs, nowMs));
  if (!traced) return nothing;
  const own = ecsServices(configuration);
  const services =
    graph.discover.includes('ecs') && own.length > 0
      ? await read('ECS', () => topology.ecsAddresses(own))
      : undefined;
  const addresses = graph.discover.includes('loadBalancers')
    ? await read('load balancers', () => addressesOf(deps, services))
    : undefined;
  const names = componentNames(configuration.components, home, services, addresses);
  const found = refreshed(before, tracedDependencies(traced, names), configuration.components, {
    nowMs,
    keepMs: graph.keepSeconds * 1_000,
  });
  const after = isUnreadable ? { ...found, revision: 1 } : found;
  const isChanged = after !== before && (await isSaved(deps, after, read));
  return { services: traced.length, dependencies: after.dependencies.length, isChanged, problems };
}

async function addressesOf(
  { configuration, topology }: RefreshGraphDeps,
  services: readonly EcsAddresses[] = [],
): Promise<readonly BalancedAddress[]> {
  const own = Object.values(configuration.components).flatMap(({ targetGroup }) => targetGroup ?? []);
  const groups = new Set([...own, ...services.flatMap(({ targetGroups }) => targetGroups)]);
  return groups.size > 0 ? await topology.balancedAddresses([...groups].sort()) : [];
}

async function isSaved(
  { discovered }: RefreshGraphDeps,
  graph: DiscoveredGraph,
  read: <Found>(what: string, find: () => Promise<Found>) => Promise<Found | undefined>,
): Promise<boolean> {
  return (await read('the record', () => discovered.saveGraph(graph))) ?? false;
}
