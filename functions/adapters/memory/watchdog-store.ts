import type { RegisteredPeer } from '../../core/watchdog/peer.ts';
import type { ShardRecord } from '../../core/watchdog/shard-record.ts';
import type { VantageReport } from '../../core/watchdog/votes.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { frozen } from './frozen.ts';

/** The watchdog's memory in this process. Values are frozen, and returned without a copy. */
export function createMemoryWatchdogStore(): WatchdogStore {
  const shards = new Map<number, ShardRecord>();
  const reportsOf = new Map<number, Map<string, VantageReport>>();
  const peers = new Map<string, RegisteredPeer>();
  return {
    readShard: async (shard) => shards.get(shard),

    listShards: async () => [...shards.values()].sort((a, b) => a.shard - b.shard),

    saveRound: async (record, previousRoundAtMs) => {
      if (shards.get(record.shard)?.roundAtMs !== previousRoundAtMs) return false;
      shards.set(record.shard, frozen(record));
      return true;
    },

    clearPending: async (shard, roundAtMs) => {
      const record = shards.get(shard);
      if (record?.roundAtMs === roundAtMs) shards.set(shard, { ...record, pending: [] });
    },

    saveReport: async (shard, report) => {
      const reports = reportsOf.get(shard) ?? new Map<string, VantageReport>();
      if ((reports.get(report.vantagePoint)?.roundAtMs ?? 0) > report.roundAtMs) return;
      reportsOf.set(shard, reports.set(report.vantagePoint, frozen(report)));
    },

    listReports: async (shard) => [...(reportsOf.get(shard)?.values() ?? [])],

    registerPeer: async (peer) => {
      peers.set(peer.name, frozen(peer));
    },

    removePeer: async (name) => {
      peers.delete(name);
    },

    listPeers: async () => [...peers.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
