import { type AnomalyEvent, judge } from './alarm.ts';
import { withRates } from './counters.ts';
import type { Detector, Direction, Estimate, Point, Tier } from './detector.ts';
import { copyMemory } from './packed-state.ts';
import { DEFAULT_LEARNING_HOURS, detectorOf, optionsOf, type Series, type SeriesState } from './series.ts';

/** Why a point was left out: it is no newer than the last one, not a usable number, or a counter in it has nothing to be compared with. */
export type LeftOut = 'LATE' | 'NOT_A_NUMBER' | 'COUNTER_RESET';

/** Detectors keep squares of values in 32 bits: beyond this, those would overflow, and the series would never recover. */
const LARGEST_VALUE = 1e18;
/** Beside a series that was constant, any deviation is infinitely unusual; this says as much, and can be stored. */
const HIGHEST_SCORE = 1e6;

/** What one point means. */
export interface Reading {
  readonly atMs: number;
  /** The value judged: of a counter, its rate per second. */
  readonly value: number;
  readonly expected: number | undefined;
  /** Which of the series that are watched together is meant. @default there is one series */
  readonly part?: number;
  readonly score: number;
  readonly tier: Tier | undefined;
  readonly event: AnomalyEvent | undefined;
  readonly leftOut?: LeftOut;
}

export interface Observed {
  readonly state: SeriesState;
  /** One for every point, in the same order. */
  readonly readings: readonly Reading[];
}

/** The points of a series, oldest first, one batch after another: how they are cut into batches makes no difference. */
export function observeSeries(series: Series, before: SeriesState, points: readonly Point[]): Observed {
  const state = copyMemory(before);
  const watch = watchOf(series);
  return { state, readings: points.map((point) => observe(watch, state, point)) };
}

/** The same, with changes of the component between the points. @param changesMs oldest first */
export function observeWithChanges(
  series: Series,
  before: SeriesState,
  points: readonly Point[],
  changesMs: readonly number[],
): Observed {
  const readings: Reading[] = [];
  let state = before;
  let fromMs = Number.NEGATIVE_INFINITY;
  for (const untilMs of [...changesMs, Number.POSITIVE_INFINITY]) {
    const between = points.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
    const observed = observeSeries(series, state, between);
    readings.push(...observed.readings);
    state =
      untilMs === Number.POSITIVE_INFINITY ? observed.state : noteChange(series, observed.state, untilMs);
    fromMs = untilMs;
  }
  return { state, readings };
}

/** What it means that no point has arrived by now. */
export function elapseSeries(series: Series, before: SeriesState, nowMs: number): Observed {
  const watch = watchOf(series);
  const { detector, options, periodMs } = watch;
  if (!detector.silence || Number.isNaN(before.lastAtMs)) return { state: before, readings: [] };
  const state = copyMemory(before);
  const estimate = detector.silence(state.detector, nowMs, periodMs, options);
  return { state, readings: [readingOf(watch, state, { atMs: nowMs, value: Number.NaN }, estimate)] };
}

/** Nothing is known of this much time before the next point: its source was out of reach, which is not silence. */
export function skipUnknown(series: Series, before: SeriesState, unknownMs: number): SeriesState {
  const { unknown } = watchOf(series).detector;
  if (!unknown || unknownMs === 0) return before;
  const state = copyMemory(before);
  unknown(state.detector, unknownMs);
  return state;
}

/** Someone deployed or reconfigured the component: baselines follow instead of alarming for a day. */
export function noteChange(series: Series, before: SeriesState, atMs: number): SeriesState {
  const { detector, options, periodMs } = watchOf(series);
  if (!detector.change) return before;
  const state = copyMemory(before);
  detector.change(state.detector, atMs, periodMs, options);
  return state;
}

interface Watch {
  readonly detector: Detector;
  readonly options: unknown;
  readonly bars: ReturnType<Detector['bars']>;
  readonly direction: Direction;
  readonly series: Series;
  readonly periodMs: number;
  readonly learningMs: number;
}

function watchOf(series: Series): Watch {
  const detector = detectorOf(series);
  const options = optionsOf(series);
  const periodMs = series.periodSeconds * 1_000;
  return {
    detector,
    options,
    bars: detector.bars(options, periodMs),
    direction: series.direction ?? 'both',
    series,
    periodMs,
    learningMs: (series.learningHours ?? DEFAULT_LEARNING_HOURS) * 3_600_000,
  };
}

function observe(watch: Watch, state: SeriesState, point: Point): Reading {
  const { detector, options, series, periodMs } = watch;
  const { atMs, value } = point;
  if (!Number.isFinite(value) || !Number.isFinite(atMs)) return unjudged(point, 'NOT_A_NUMBER');
  if (atMs <= state.lastAtMs) return unjudged(point, 'LATE');
  const elapsedMs = atMs - state.lastAtMs;
  state.lastAtMs = atMs;
  const judged = withRates(series, state, point, elapsedMs);
  if (!judged) return unjudged(point, 'COUNTER_RESET');
  const { values = [judged.value] } = judged;
  if (!values.every((each) => Math.abs(each) <= LARGEST_VALUE)) return unjudged(point, 'NOT_A_NUMBER');
  if (state.samples === 0) state.firstAtMs = atMs;
  state.samples += 1;
  const row = { atMs, value: judged.value, values, periodMs };
  const estimate = detector.observe(state.detector, row, options);
  return readingOf(watch, state, judged, estimate);
}

function readingOf(watch: Watch, state: SeriesState, point: Point, estimate: Estimate): Reading {
  const { atMs } = point;
  const { expected, part, value = point.value } = estimate;
  const score = counts(watch.direction, value, expected) ? usable(estimate.score) : 0;
  const muted = atMs < state.firstAtMs + watch.learningMs;
  const { tier, event } = judge(state.alarm, score, watch.bars, muted);
  return { atMs, value, expected, score, tier, event, ...(part !== undefined && { part }) };
}

/** What is not a number is below no bar, so that it would alarm. */
function usable(score: number): number {
  return Number.isNaN(score) ? 0 : Math.min(score, HIGHEST_SCORE);
}

function counts(direction: Direction, value: number, expected: number | undefined): boolean {
  if (direction === 'both' || expected === undefined || Number.isNaN(value)) return true;
  return direction === 'above' ? value > expected : value < expected;
}

function unjudged({ atMs, value }: Point, leftOut: LeftOut): Reading {
  return { atMs, value, expected: undefined, score: 0, tier: undefined, event: undefined, leftOut };
}
