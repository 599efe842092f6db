import { type Baseline, baselineShardOf, type OpenAnomaly } from '../../core/analysis/baseline.ts';
import { watchedSeries } from '../../core/analysis/component-series.ts';
import type { WatchedSeries } from '../../core/analysis/watched-series.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { DetectorName } from '../../core/detection/detectors.ts';
import { unpackState } from '../../core/detection/packed-state.ts';
import { DEFAULT_LEARNING_HOURS } from '../../core/detection/series.ts';
import type { BaselineStore } from '../../ports/baseline-store.ts';

/** What is known of a watched series. Times are epoch milliseconds. */
export interface SeriesStanding {
  readonly component: string;
  readonly series: string;
  readonly detector: DetectorName;
  readonly unit?: string;
  /** Data points that were judged; 0 for a series that has not been read. */
  readonly samples: number;
  /** Of the oldest data point that was learned from. */
  readonly learnedSinceMs?: number;
  /** Data points before it have been counted. */
  readonly readUntilMs?: number;
  /** From when on it may be called anomalous. */
  readonly learnsUntilMs?: number;
  /** From when on its anomalies may heal, if their tier does. */
  readonly mayHealFromMs?: number;
  readonly last?: Baseline['last'];
  /** The anomaly that has not ended. */
  readonly open?: OpenAnomaly;
}

export interface BaselinesDeps {
  readonly baselines: Pick<BaselineStore, 'readShards'>;
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
}

/** What one BatchGetItem call takes. */
const SHARDS_AT_A_TIME = 100;

/** The watched series of a component, or of all, in the order of the configuration. */
export async function baselineStandings(
  { baselines, configuration }: BaselinesDeps,
  component?: string,
): Promise<readonly SeriesStanding[]> {
  const watched = watchedSeries(configuration.components).filter(
    (each) => component === undefined || each.component === component,
  );
  const shards = [...new Set(watched.map((each) => baselineShardOf(each.component)))];
  const kept = new Map<string, Baseline>();
  for (let start = 0; start < shards.length; start += SHARDS_AT_A_TIME) {
    const read = await baselines.readShards(shards.slice(start, start + SHARDS_AT_A_TIME));
    for (const { record } of read.values()) {
      for (const [name, { series }] of Object.entries(record.components))
        for (const [key, baseline] of Object.entries(series)) kept.set(`${name} ${key}`, baseline);
    }
  }
  return watched.map((each) => standingOf(each, kept.get(`${each.component} ${each.name}`)));
}

function standingOf(watched: WatchedSeries, baseline: Baseline | undefined): SeriesStanding {
  const { component, name, series, unit, fingerprint, observationMs } = watched;
  const identity = { component, series: name, detector: series.detector, ...(unit && { unit }) };
  const state = baseline?.fingerprint === fingerprint ? unpackState(series, baseline.packed) : undefined;
  if (!baseline || !state) return { ...identity, samples: 0 };
  const { last, open, readUntilMs } = baseline;
  const { samples, firstAtMs } = state;
  return {
    ...identity,
    samples,
    readUntilMs,
    ...(samples > 0 && {
      learnedSinceMs: firstAtMs,
      learnsUntilMs: firstAtMs + (series.learningHours ?? DEFAULT_LEARNING_HOURS) * 3_600_000,
      mayHealFromMs: firstAtMs + observationMs,
    }),
    ...(last && { last }),
    ...(open && { open }),
  };
}
