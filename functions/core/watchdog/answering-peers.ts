import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { allPeers, type RegisteredPeer } from './peer.ts';
import type { ShardRecord } from './shard-record.ts';
import { rosterOf, shardOf } from './shards.ts';

/** For how many rounds a shard's record is current. */
const ROUNDS_TO_RELY_ON = 3;

/** Names of the peers that answered the watchdog in its latest rounds. No record does not count as an answer. */
export function answeringPeers(
  configuration: CompiledConfiguration,
  registered: readonly RegisteredPeer[],
  records: readonly ShardRecord[],
  nowMs: number,
): ReadonlySet<string> {
  const { shards, intervalSeconds } = configuration.watchdog;
  const names = allPeers(configuration, registered).map(({ name }) => name);
  const sinceMs = nowMs - ROUNDS_TO_RELY_ON * intervalSeconds * 1_000;
  return new Set(
    records.flatMap(({ shard, roundAtMs, responses, states, pending }) => {
      const members = names.filter((name) => shardOf(name, shards) === shard);
      // A peer that was added since then may not have been checked yet.
      if (roundAtMs < sinceMs || responses.roster !== rosterOf(members)) return [];
      const isUnannounced = (name: string) => pending.some(({ subject }) => subject === name);
      const isDown = (name: string) => Object.hasOwn(states, name) && states[name]?.status !== 'HEALTHY';
      return members.filter((name) => !isDown(name) && !isUnannounced(name));
    }),
  );
}
