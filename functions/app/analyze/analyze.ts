import { batchesOf } from '../../core/analysis/batches.ts';
import { watchedSeries } from '../../core/analysis/component-series.ts';
import { inParallel, rotated } from '../in-parallel.ts';
import { createRound } from '../recover/round.ts';
import { type AnalyzeBatchDeps, analyzeBatch, type BatchReport } from './analyze-batch.ts';

export interface AnalysisReport extends BatchReport {
  /** Series of the configuration. */
  readonly series: number;
  /** What went wrong, one line each; every batch was still tried. */
  readonly problems: readonly string[];
}

/** Calls for the next batch wait while those of the last one are answered. */
const BATCHES_AT_A_TIME = 4;

/** Batches that have not begun by then are left to the next run: the function ends before Lambda ends it. */
const LAST_BEGINNING_MS = 90_000;

/** A source of a monitor may take half a minute to answer. */
const LAST_MONITOR_MS = 60_000;

/**
 * Reads every watched series from where the last run stopped, judges what is new, and announces anomalies and
 * recoveries. A run that comes late, or after an outage, reads what was missed; of runs that overlap, one counts.
 */
export async function analyze(deps: AnalyzeBatchDeps): Promise<AnalysisReport> {
  const { configuration, clock } = deps;
  const startedAtMs = clock.nowMs();
  const series = watchedSeries(configuration.components);
  const batches = batchesOf(series);
  const round = createRound();
  const totals = { read: 0, counted: 0, announced: 0, behind: 0 };
  let left = 0;
  await inParallel(rotated(batches, startedAtMs), BATCHES_AT_A_TIME, async (batch) => {
    // Without permission to read metrics, or to keep records, no other batch would fare better: one problem says so.
    if (round.denials.length > 0) return;
    if (clock.nowMs() - startedAtMs > LAST_BEGINNING_MS) {
      left += batch.length;
      return;
    }
    await round.attempt(`records ${batch.map(({ shard }) => shard).join(', ')}`, async () => {
      const report = await analyzeBatch(deps, batch, startedAtMs + LAST_MONITOR_MS);
      totals.read += report.read;
      totals.counted += report.counted;
      totals.announced += report.announced;
      totals.behind += report.behind;
      round.problems.push(...report.problems);
      if (report.failure !== undefined) throw report.failure;
      return [];
    });
  });
  if (left > 0) round.problems.push(`${left} records were left to the next run: this one took too long`);
  return { series: series.length, ...totals, problems: round.problems };
}
