import type { RegisteredPeer } from '../core/watchdog/peer.ts';
import type { ShardRecord } from '../core/watchdog/shard-record.ts';
import type { VantageReport } from '../core/watchdog/votes.ts';

/**
 * What the watchdog remembers. Every read is strongly consistent.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface WatchdogStore {
  readonly readShard: (shard: number) => Promise<ShardRecord | undefined>;
  /** All shards that ever had a round, by number. */
  readonly listShards: () => Promise<readonly ShardRecord[]>;
  /**
   * Keeps the outcome of a round, once: `false` if the round before is no longer `previousRoundAtMs`.
   *
   * @param previousRoundAtMs the round that the record was made from; `undefined` for the first
   */
  readonly saveRound: (record: ShardRecord, previousRoundAtMs: number | undefined) => Promise<boolean>;
  /** What was pending in this round has been announced; nothing, if a later round was kept meanwhile. */
  readonly clearPending: (shard: number, roundAtMs: number) => Promise<void>;

  /** Takes the place of the vantage point's report before, unless that is of a later round. */
  readonly saveReport: (shard: number, report: VantageReport) => Promise<void>;
  /** The last report of every vantage point, of whatever round. */
  readonly listReports: (shard: number) => Promise<readonly VantageReport[]>;

  /** Takes the place of a peer of the same name. */
  readonly registerPeer: (peer: RegisteredPeer) => Promise<void>;
  /** Whether or not there is one. */
  readonly removePeer: (name: string) => Promise<void>;
  /** Sorted by name. */
  readonly listPeers: () => Promise<readonly RegisteredPeer[]>;
}
