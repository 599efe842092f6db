import { BASELINE_SHARDS, baselineShardOf } from './baseline.ts';
import type { WatchedSeries } from './watched-series.ts';

/** The watched series of the components that share a record. */
export interface WatchedShard {
  readonly shard: number;
  readonly series: readonly WatchedSeries[];
}

/** About what one GetMetricData call takes. */
const SERIES_IN_A_BATCH = 500;
/** What one BatchGetItem call takes. */
const SHARDS_IN_A_BATCH = 100;

/** The records with something to watch, in batches that need few calls. */
export function batchesOf(series: readonly WatchedSeries[]): readonly (readonly WatchedShard[])[] {
  const byShard = Map.groupBy(series, ({ component }) => baselineShardOf(component));
  const batches: WatchedShard[][] = [];
  let size = 0;
  for (let shard = 0; shard < BASELINE_SHARDS; shard++) {
    const own = byShard.get(shard);
    if (!own) continue;
    const batch = batches.at(-1);
    const fits = size + own.length <= SERIES_IN_A_BATCH && (batch?.length ?? 0) < SHARDS_IN_A_BATCH;
    if (batch && fits) batch.push({ shard, series: own });
    else batches.push([{ shard, series: own }]);
    size = batch && fits ? size + own.length : own.length;
  }
  return batches;
}
