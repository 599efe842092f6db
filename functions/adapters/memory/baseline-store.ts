import type { BaselineStore, VersionedShard } from '../../ports/baseline-store.ts';

/** Baselines in this process. Values are returned without a copy: what holds them changes none. */
export function createMemoryBaselineStore(): BaselineStore {
  const shards = new Map<number, VersionedShard>();
  return {
    readShards: async (wanted) =>
      new Map(
        wanted.flatMap((shard) => {
          const versioned = shards.get(shard);
          return versioned ? [[shard, versioned] as const] : [];
        }),
      ),

    saveShard: async (record, version, previous) => {
      if (shards.get(record.shard)?.version !== previous) return false;
      shards.set(record.shard, { record, version });
      return true;
    },

    keepPending: async (shard, version, pending) => {
      const versioned = shards.get(shard);
      if (versioned?.version !== version) return;
      shards.set(shard, { version, record: { ...versioned.record, pending } });
    },
  };
}
