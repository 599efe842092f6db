import type { Reports } from '../../core/admission/records.ts';
import { reportedMetrics } from '../../core/admission/reports.ts';
import { changesOf } from '../../core/change/change.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { ComponentEvidence, Sign } from '../../core/diagnosis/evidence.ts';
import { isOfClass } from '../../core/diagnosis/metric-classes.ts';
import { alarmsByComponent, peersOf } from '../../core/verification/observed-components.ts';
import { isSteady } from '../../core/watchdog/ladder.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { inParallel } from '../in-parallel.ts';

export interface ComponentSources {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readComponents'>;
  readonly alarms: Pick<AlarmReader, 'redSince'>;
  readonly watchdog: Pick<WatchdogStore, 'listShards'>;
  readonly changes: Pick<ChangeStore, 'listChanges'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What each source says of components; what could not be read is left out. */
export interface Observed {
  readonly operations?: ReadonlyMap<string, Partial<ComponentEvidence>> | undefined;
  readonly alarms?: Found<'redAlarms'> | undefined;
  readonly heartbeats?: Found<'silentPeers'> | undefined;
  readonly changes?: ReadonlyMap<string, Partial<ComponentEvidence>> | undefined;
}

/** Components whose changes are looked at: the nearest, each by a query of its own. */
const WATCHED_AT_MOST = 20;

/** The changes of a component whose changes are watched. */
export type WatchedChanges = Required<Pick<ComponentEvidence, 'changes' | 'watched'>>;

type Found<Key extends keyof ComponentEvidence> = ReadonlyMap<string, ComponentEvidence[Key]>;

export async function operationsOf(
  { store, clock }: ComponentSources,
  names: readonly string[],
): Promise<ReadonlyMap<string, Partial<ComponentEvidence>>> {
  const nowMs = clock.nowMs();
  const records = await store.readComponents(names);
  return new Map(
    records.map(({ component, claim, attemptsMs, exhaustionNotifiedAtMs, rolledBack, reports }) => {
      const times = Object.values(attemptsMs).flat();
      const signs = signsOfReports(reports, nowMs);
      return [
        component,
        {
          ...(claim && { operationId: claim.operationId }),
          ...(exhaustionNotifiedAtMs !== undefined && { personCalledAtMs: exhaustionNotifiedAtMs }),
          ...(rolledBack && { rolledBack }),
          ...(signs.length > 0 && { signs }),
          ...(times.length > 0 && { lastAdmittedMs: Math.max(...times) }),
        },
      ];
    }),
  );
}

/** A report keeps no figures: of requests, it could mean too many as well as too few. */
function signsOfReports(reports: Reports | undefined, nowMs: number): readonly Sign[] {
  return reportedMetrics(reports, nowMs)
    .filter(({ metric }) => !isOfClass(metric, 'traffic'))
    .map(({ metric, by, atMs }) => ({
      ...{ metric, atMs },
      says: `${by} reports ${metric}, last at ${new Date(atMs).toISOString()}`,
    }));
}

export async function redAlarmsOf(
  { configuration, alarms }: ComponentSources,
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

export async function silentPeersOf(
  { configuration, watchdog }: ComponentSources,
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
      const { status, lastSeenMs, missedFor } = state;
      return [[component, { peer, status, lastSeenMs, ...(missedFor && { missedFor }) }] as const];
    }),
  );
}

/** What began earlier is no longer in progress, nor suspected of trouble that began then. */
export function changesSinceMs(
  { holdSeconds, suspectSeconds }: { readonly holdSeconds: number; readonly suspectSeconds: number },
  nowMs: number,
  onset: number,
): number {
  return Math.min(nowMs - Math.max(holdSeconds, 2 * suspectSeconds) * 1_000, onset - suspectSeconds * 1_000);
}

/** One query for each component whose changes are watched; where none are, no request. */
export async function changesOfComponents(
  { configuration, changes, clock }: ComponentSources,
  names: readonly string[],
  onset: number,
): Promise<ReadonlyMap<string, WatchedChanges>> {
  const nowMs = clock.nowMs();
  const found = new Map<string, WatchedChanges>();
  const watched = names.flatMap((name) => {
    const watching = configuration.components[name]?.changes;
    return watching ? [{ name, watching }] : [];
  });
  await inParallel(watched.slice(0, WATCHED_AT_MOST), WATCHED_AT_MOST, async ({ name, watching }) => {
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

function byComponentName<Item>(
  entries: readonly (readonly [string, Item])[],
): ReadonlyMap<string, readonly Item[]> {
  const grouped = Map.groupBy(entries, ([component]) => component);
  return new Map([...grouped].map(([component, items]) => [component, items.map(([, item]) => item)]));
}

/** All that the sources say of a component. */
export function componentEvidence(
  configuration: CompiledConfiguration,
  { operations, alarms, heartbeats, changes }: Observed,
): (component: string) => ComponentEvidence {
  const alarmsOf = alarmsByComponent(configuration);
  return (component) => ({
    component,
    alarmMetrics: (alarmsOf.get(component) ?? []).map(({ metric }) => metric),
    redAlarms: alarms?.get(component) ?? [],
    silentPeers: heartbeats?.get(component) ?? [],
    ...operations?.get(component),
    ...changes?.get(component),
    ...(heartbeats && peersOf(configuration, component).length > 0 && { hasHeartbeat: true }),
  });
}
