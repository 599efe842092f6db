import type { AnalysisSettings } from '../configuration/schema/analysis-schema.ts';
import { elapseSeries, observeWithChanges, type Reading, skipUnknown } from '../detection/observe-series.ts';
import { packState, unpackState } from '../detection/packed-state.ts';
import { type SeriesState, startSeries } from '../detection/series.ts';
import type { Baseline, JudgedPoint, OpenAnomaly } from './baseline.ts';
import { countablePoints, type ReadWindow, readWindow, type SeriesRead } from './read-window.ts';
import { gatheredWindow } from './waiting-rows.ts';
import { isGathered, type WatchedSeries } from './watched-series.ts';

/** A series with what was kept of it, and what is to be read of it now. */
export interface SeriesPlan {
  readonly watched: WatchedSeries;
  readonly before: Omit<Baseline, 'packed' | 'readUntilMs'> & { readonly readUntilMs?: number };
  readonly state: SeriesState;
  readonly window?: ReadWindow;
}

/** A series without a baseline that still fits starts over, with its history. */
export function planSeries(
  watched: WatchedSeries,
  kept: Baseline | undefined,
  nowMs: number,
  settings: AnalysisSettings,
): SeriesPlan {
  const { series, fingerprint } = watched;
  const fits = kept?.fingerprint === fingerprint;
  const state = fits ? unpackState(series, kept.packed) : undefined;
  const before = fits && state ? kept : { fingerprint, watchedSinceMs: nowMs };
  const readUntilMs = 'readUntilMs' in before ? before.readUntilMs : undefined;
  const waits = { ...settings, ...watched.waits };
  const window = isGathered(watched.source)
    ? gatheredWindow(readUntilMs, series.periodSeconds, nowMs, waits)
    : readWindow(readUntilMs, series.periodSeconds, nowMs, waits);
  return { watched, before, state: state ?? startSeries(series), ...(window && { window }) };
}

export interface JudgedSeries {
  readonly watched: WatchedSeries;
  readonly baseline: Baseline;
  /** Since when it has been learned from. */
  readonly learnedSinceMs: number;
  /** Its newest value was ordinary again, although its anomaly has not ended yet. */
  readonly isCalm: boolean;
  /** Data points that were counted. */
  readonly counted: number;
}

/**
 * Counts what was read of a series.
 *
 * @param read `undefined` if nothing could be read: then nothing is counted, and the next run reads the same
 */
export function judgeSeries(
  { watched, before, state, window }: SeriesPlan,
  read: SeriesRead | undefined,
  nowMs: number,
  settings: AnalysisSettings,
): JudgedSeries | undefined {
  const { series } = watched;
  const { readUntilMs, ...kept } = before;
  if (!window || !read) {
    // A series that has never been read has no place to go on from.
    if (readUntilMs === undefined) return undefined;
    const baseline = { ...kept, readUntilMs, packed: packState(series, state) };
    return { watched, baseline, ...factsOf(state), counted: 0 };
  }
  const countable = countablePoints(window, series.periodSeconds, read, nowMs, {
    ...settings,
    ...watched.waits,
  });
  const knownFromMs = read.knownFromMs ?? window.startMs;
  const unknownMs = Math.max(0, knownFromMs - (readUntilMs ?? knownFromMs));
  // Windows follow each other without a gap: each change is in one of them.
  const changesMs = (read.changesMs ?? []).filter(
    (atMs) => atMs >= window.startMs && atMs < countable.readUntilMs,
  );
  const known = skipUnknown(series, state, unknownMs);
  const observed = observeWithChanges(series, known, countable.points, changesMs);
  const isSilent = countable.points.length === 0 && countable.readUntilMs > window.startMs;
  const elapsed = isSilent
    ? elapseSeries(series, observed.state, countable.readUntilMs)
    : { state: observed.state, readings: [] };
  const readings = [...observed.readings, ...elapsed.readings];
  const last = readings.findLast(({ leftOut }) => leftOut === undefined);
  const open = readings.reduce(openAfter, kept.open);
  const { open: _before, last: lastBefore, waiting: _waited, ...lasting } = kept;
  const { waiting = [] } = read;
  const newest = last ? lastPoint(last) : lastBefore;
  return {
    watched,
    baseline: {
      ...lasting,
      readUntilMs: countable.readUntilMs,
      ...(newest && { last: newest }),
      ...(open && { open }),
      ...(waiting.length > 0 && { waiting }),
      packed: packState(series, elapsed.state),
    },
    ...factsOf(elapsed.state),
    counted: countable.points.length,
  };
}

function factsOf({ firstAtMs, alarm }: SeriesState): Pick<JudgedSeries, 'learnedSinceMs' | 'isCalm'> {
  return { learnedSinceMs: firstAtMs, isCalm: alarm.open > 0 && alarm.calm > 0 };
}

function openAfter(open: OpenAnomaly | undefined, reading: Reading): OpenAnomaly | undefined {
  const { event, tier } = reading;
  if (event === 'ENDED') return undefined;
  if (event === undefined || tier === undefined) return open;
  return { ...judgedPoint(reading), tier, sinceMs: open?.sinceMs ?? reading.atMs };
}

function judgedPoint({ atMs, value, expected, part, score }: Reading): JudgedPoint {
  return {
    atMs,
    score,
    ...(Number.isFinite(value) && { value }),
    ...(expected !== undefined && Number.isFinite(expected) && { expected }),
    ...(part !== undefined && { part }),
  };
}

/** Of series that are watched together, another one may be meant each time: their values would make no sense in a row. */
function lastPoint(reading: Reading): JudgedPoint {
  const { atMs, score, part } = reading;
  return part === undefined ? judgedPoint(reading) : { atMs, score };
}
