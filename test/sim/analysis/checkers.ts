import type { Baseline, BaselineShard } from '../../../functions/core/analysis/baseline.ts';
import { seriesOf } from '../../../functions/core/analysis/component-series.ts';
import { isGathered, type WatchedSeries } from '../../../functions/core/analysis/watched-series.ts';
import type { Point } from '../../../functions/core/detection/detector.ts';
import { observeSeries } from '../../../functions/core/detection/observe-series.ts';
import { packState } from '../../../functions/core/detection/packed-state.ts';
import { startSeries } from '../../../functions/core/detection/series.ts';
import type { TimedSignal } from '../../../functions/ports/anomaly-announcers.ts';
import type { AnalysisLab } from '../../factories/analysis/analysis-lab.ts';
import { HISTORY_SECONDS, type MetricWorld, MINUTE_MS, SETTLE_MS } from './metric-world.ts';

export interface AnalysisEvidence {
  readonly lab: AnalysisLab;
  readonly world: MetricWorld;
  /** Every record that was kept, in order. */
  readonly kept: readonly BaselineShard[];
  /** What the bus accepted, repetitions included. */
  readonly published: readonly TimedSignal[];
}

/** What is broken, one line each. */
export async function violationsOf(evidence: AnalysisEvidence): Promise<readonly string[]> {
  return [...countedOnce(evidence), ...nothingLost(evidence), ...repeatedAsItWas(evidence)];
}

/** A function is asked for this much before its first run. */
const MONITOR_HISTORY_MS = 200 * MINUTE_MS;

/** The records of the simulated component. */
const shopIn = ({ components }: BaselineShard) => components['shop'];

/**
 * Every data point counts once, in its order, as it is in the end: what was learned is what one reading of all of them,
 * without faults, would have learned.
 */
function countedOnce({ lab, world, kept }: AnalysisEvidence): readonly string[] {
  const component = lab.deps.configuration.components['shop'];
  const last = kept.at(-1);
  if (!component || !last) return ['counts: nothing was kept'];
  return seriesOf('shop', component).flatMap((watched) => {
    const baseline = shopIn(last)?.series[watched.name];
    if (!baseline) return [`counts: nothing was kept of ${watched.name}`];
    const points = finalPoints(world, watched, baseline);
    const { state } = observeSeries(watched.series, startSeries(watched.series), points);
    if (Buffer.from(baseline.packed).equals(Buffer.from(packState(watched.series, state)))) return [];
    return [`counts: ${watched.name} has not learned from each of its ${points.length} data points once`];
  });
}

function finalPoints(world: MetricWorld, { source }: WatchedSeries, baseline: Baseline): readonly Point[] {
  const { watchedSinceMs, readUntilMs: endMs } = baseline;
  const minuteBefore = (ms: number) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  const metricsFromMs = minuteBefore(watchedSinceMs - SETTLE_MS) - HISTORY_SECONDS * 1_000;
  const pointsOf = (part: WatchedSeries['source'], ownMs = metricsFromMs): readonly Point[] => {
    if (part.kind === 'metric') return world.final(part.metric.metricName, { startMs: ownMs, endMs });
    if (part.kind !== 'function') throw new Error(`${part.kind} is not simulated`);
    return world.final(part.monitor, { startMs: minuteBefore(watchedSinceMs) - MONITOR_HISTORY_MS, endMs });
  };
  if (source.kind !== 'joint') return pointsOf(source);
  // What is gathered begins a history before the newest period, be that final or not.
  const jointMs = isGathered(source) ? minuteBefore(watchedSinceMs) - HISTORY_SECONDS * 1_000 : metricsFromMs;
  const [first = [], ...others] = source.parts.map((part) => pointsOf(part.source, jointMs));
  return first.flatMap((point) => {
    const beside = others.map((points) => points.find(({ atMs }) => atMs === point.atMs));
    const known = beside.filter((each) => each !== undefined);
    const values = [point.value, ...known.map(({ value }) => value)];
    return known.length === others.length ? [{ ...point, values }] : [];
  });
}

/** What a kept record calls anomalous is signalled, and so is its end. */
function nothingLost({ kept, published }: AnalysisEvidence): readonly string[] {
  const ids = new Set(published.map(({ detail }) => String(detail['signalId'])));
  const said = (episodeId: string, what: RegExp) =>
    [...ids].some((id) => id.startsWith(episodeId) && what.test(id.slice(episodeId.length)));
  const last = kept.at(-1);
  return kept.flatMap((record) => {
    const { series = {}, episode } = shopIn(record) ?? {};
    const isCritical = Object.values(series).some(({ open, watchedSinceMs }) =>
      open ? open.tier === 'CRITICAL' && open.sinceMs >= watchedSinceMs : false,
    );
    if (isCritical && !episode)
      return [`loses: an anomaly in the record of ${record.savedAtMs} has no episode`];
    if (episode?.level !== 'signal') return [];
    const id = `anomaly/shop/${episode.sinceMs}/`;
    const isOver = last !== undefined && shopIn(last)?.episode?.sinceMs !== episode.sinceMs;
    return [
      ...(said(id, /^\d+$/) ? [] : [`loses: the anomalies since ${episode.sinceMs} were not signalled`]),
      ...(!isOver || said(id, /^recovery/) ? [] : [`loses: the recovery of those since ${episode.sinceMs}`]),
    ];
  });
}

/** A signal that is sent again is recognised by its id and its time, and says the same. */
function repeatedAsItWas({ published }: AnalysisEvidence): readonly string[] {
  const byId = Map.groupBy(published, ({ detail }) => String(detail['signalId']));
  return [...byId].flatMap(([id, signals]) =>
    new Set(signals.map((signal) => JSON.stringify(signal))).size === 1 ? [] : [`repeats: ${id} was changed`],
  );
}
