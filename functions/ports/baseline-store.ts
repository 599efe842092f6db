import type { Announcement, BaselineShard } from '../core/analysis/baseline.ts';

/** A record as it was read. */
export interface VersionedShard {
  readonly record: BaselineShard;
  /** Changes with every save. */
  readonly version: string;
}

/**
 * What is known of the watched series. Every read is strongly consistent.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface BaselineStore {
  /** By number; records that don't exist are left out. At most 100 at a time. */
  readonly readShards: (shards: readonly number[]) => Promise<ReadonlyMap<number, VersionedShard>>;
  /**
   * Keeps a record, unless another has been kept since: of two runs that overlap, one counts.
   *
   * @param version of the record as it will be; never used before
   * @param previous the version that the record was made from; `undefined` for the first
   * @returns `false` if the version on record is another
   */
  readonly saveShard: (
    record: BaselineShard,
    version: string,
    previous: string | undefined,
  ) => Promise<boolean>;
  /** Only these announcements of this version are still to be sent; nothing, if another version was kept meanwhile. */
  readonly keepPending: (shard: number, version: string, pending: readonly Announcement[]) => Promise<void>;
}
