import type { FleetRecord } from '../core/admission/records.ts';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import { alarmsByComponent, peersOf } from '../core/verification/observed-components.ts';
import { allPeers, type RegisteredPeer } from '../core/watchdog/peer.ts';
import type { ShardRecord } from '../core/watchdog/shard-record.ts';
import { rosterOf, shardOf } from '../core/watchdog/shards.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { WatchdogStore } from '../ports/watchdog-store.ts';
import type { Round } from './round.ts';

/** What the watchdog remembers says how peers are for so many of its rounds. */
const ROUNDS_TO_RELY_ON = 3;

export interface ReconcileMarksDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readFleet' | 'readLimits' | 'markHealthy' | 'forgetAlerts'>;
  readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'>;
  readonly clock: Clock;
}

/** A component whose alarms say that it is well: it no longer counts as unhealthy, and its alerts in a row are over. */
export async function countAsHealthy(
  { store }: Pick<ReconcileMarksDeps, 'store'>,
  component: string,
): Promise<readonly string[]> {
  const { limits } = await store.readLimits(component);
  const { claim, exhaustionNotifiedAtMs, failuresMs } = limits.component;
  const isMarked = limits.fleet.unhealthy.includes(component);
  const remembers = exhaustionNotifiedAtMs !== undefined || Object.keys(failuresMs).length > 0;
  if (claim || !(isMarked || remembers)) return [];
  if (remembers) await store.forgetAlerts(component);
  if (isMarked) await store.markHealthy(component);
  // An alert that was counted meanwhile found the mark still there: without it, nobody would ever forget it.
  if (isMarked) await store.forgetAlerts(component);
  return [`${component}: no alarm is red`];
}

/**
 * Components without alarms that count as unhealthy. Whom the watchdog watches is well when all its peers answer: a single
 * recovery may have been lost, have come before its alert, or be one of several peers'. Whom nobody watches, or who is no
 * longer configured, has nobody who would ever say that it is well again: after a round it no longer counts as unhealthy, or
 * it would hold back its group for ever.
 */
export async function reconcileMarks(
  deps: ReconcileMarksDeps,
  fleet: FleetRecord,
  round: Round,
): Promise<void> {
  const { configuration, store, watchdog } = deps;
  const observed = alarmsByComponent(configuration);
  const marked = fleet.unhealthy.filter((name) => !observed.has(name) && !fleet.inFlight.includes(name));
  if (marked.length === 0) return;

  const isWatching = configuration.watchdog.enabled;
  const registered = isWatching ? await watchdog.listPeers() : [];
  const records = isWatching ? await watchdog.listShards() : [];
  const wellKnown = answering(deps, registered, records);
  for (const name of marked) {
    await round.attempt(`mark of ${name}`, async () => {
      const peers = peersOf(configuration, name, registered);
      if (!peers.every((peer) => wellKnown.has(peer))) return [];
      await store.markHealthy(name);
      const why = peers.length > 0 ? 'every peer of it answers' : 'nobody observes it';
      return [`${name}: ${why}, so that it no longer counts as unhealthy`];
    });
  }
}

/** Names of the peers that the watchdog saw well in its last rounds. No answer of the watchdog is no good one. */
function answering(
  { configuration, clock }: ReconcileMarksDeps,
  registered: readonly RegisteredPeer[],
  records: readonly ShardRecord[],
): ReadonlySet<string> {
  const { shards, intervalSeconds } = configuration.watchdog;
  const names = allPeers(configuration, registered).map(({ name }) => name);
  const sinceMs = clock.nowMs() - ROUNDS_TO_RELY_ON * intervalSeconds * 1_000;
  return new Set(
    records.flatMap(({ shard, roundAtMs, responses, states, pending }) => {
      const members = names.filter((name) => shardOf(name, shards) === shard);
      // One that came since then may not have been asked yet.
      if (roundAtMs < sinceMs || responses.roster !== rosterOf(members)) return [];
      const isUntold = (name: string) => pending.some(({ subject }) => subject === name);
      const isDown = (name: string) => Object.hasOwn(states, name) && states[name]?.status !== 'HEALTHY';
      return members.filter((name) => !isDown(name) && !isUntold(name));
    }),
  );
}
