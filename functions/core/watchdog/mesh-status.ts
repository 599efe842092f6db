import type { PeerStatus } from './ladder.ts';
import { endpointOf, type WatchedPeer } from './peer.ts';
import type { ShardRecord } from './shard-record.ts';
import { rosterOf, shardOf } from './shards.ts';

/** A peer as the status page serves it. Times are ISO 8601. */
export interface PeerHealth {
  readonly name: string;
  readonly endpoint: string;
  readonly status: PeerStatus;
  /** Missing until the first round. */
  readonly last_seen?: string;
  readonly missed_count: number;
  readonly restart_count: number;
  readonly last_restart?: string;
  /** Missing until it has answered. */
  readonly response_time_ms?: number;
}

/** The whole mesh, as JSON. */
export interface MeshStatus {
  /** The vantage point that decides while it is healthy. */
  readonly self: string;
  /** Sorted by name. */
  readonly peers: readonly PeerHealth[];
  readonly stats: {
    readonly total_checks: number;
    readonly total_misses: number;
    readonly total_restarts: number;
    readonly total_isolations: number;
    /** Missing until the first round. */
    readonly started_at?: string;
    readonly peer_count: number;
  };
}

/**
 * The mesh, from the records of its shards.
 *
 * @param peers all peers, sorted by name
 */
export function meshStatusOf(
  self: string,
  peers: readonly WatchedPeer[],
  records: readonly ShardRecord[],
  shards: number,
): MeshStatus {
  const byShard = new Map(records.map((record) => [record.shard, record]));
  const health = Array.from({ length: shards }, (_, shard) => {
    const members = peers.filter(({ name }) => shardOf(name, shards) === shard);
    return shardHealth(members, byShard.get(shard));
  }).flat();
  const total = (key: keyof ShardRecord['totals']) =>
    records.reduce((sum, { totals }) => sum + totals[key], 0);
  const started = records.map(({ startedAtMs }) => startedAtMs);
  return {
    self,
    peers: health.sort((a, b) => (a.name < b.name ? -1 : 1)),
    stats: {
      total_checks: total('checks'),
      total_misses: total('misses'),
      total_restarts: total('restarts'),
      total_isolations: total('isolations'),
      ...(started.length > 0 && { started_at: isoTime(Math.min(...started)) }),
      peer_count: peers.length,
    },
  };
}

function shardHealth(
  members: readonly WatchedPeer[],
  record: ShardRecord | undefined,
): readonly PeerHealth[] {
  const roster = rosterOf(members.map(({ name }) => name));
  const times = record?.responses.roster === roster ? record.responses.milliseconds : [];
  return members.map((peer, index) => peerHealth(peer, record, times[index]));
}

function peerHealth(
  { name, check }: WatchedPeer,
  record: ShardRecord | undefined,
  responseMs: number | undefined,
): PeerHealth {
  const state = record && Object.hasOwn(record.states, name) ? record.states[name] : undefined;
  const lastSeenMs = state?.lastSeenMs ?? record?.seenAtMs;
  return {
    name,
    endpoint: endpointOf(check),
    status: state?.status ?? 'HEALTHY',
    ...(lastSeenMs !== undefined && { last_seen: isoTime(lastSeenMs) }),
    missed_count: state?.missedCount ?? 0,
    restart_count: state?.restartCount ?? 0,
    ...(state?.lastRestartMs !== undefined && { last_restart: isoTime(state.lastRestartMs) }),
    ...(responseMs !== undefined && { response_time_ms: responseMs }),
  };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
