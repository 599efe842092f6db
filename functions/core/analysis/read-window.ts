import type { AnalysisSettings } from '../configuration/schema/analysis-schema.ts';
import type { Point } from '../detection/detector.ts';

/** The periods that begin from `startMs` on and before `endMs`. Both are multiples of the period. */
export interface ReadWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Waits
  extends Pick<AnalysisSettings, 'settleSeconds' | 'latenessSeconds' | 'historySeconds'> {
  /** How far back the source can be asked. @default as long as CloudWatch keeps data points of the period */
  readonly keptSeconds?: number;
}

/**
 * The most data points of one series that are read at a time: 500 such series fill the 100,800 data points that
 * GetMetricData returns in a page. What is left is read in later runs.
 */
const POINTS_AT_MOST = 200;

const MINUTE_SECONDS = 60;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long CloudWatch keeps data points of a period, less a minute, since the oldest ones are about to go.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
function retentionMs(periodSeconds: number): number {
  const kept = [3 * HOUR_MS, 15 * DAY_MS, 63 * DAY_MS] as const;
  const [subMinute, minute, fiveMinutes] = kept;
  const longest = periodSeconds < MINUTE_SECONDS ? subMinute : periodSeconds < 300 ? minute : fiveMinutes;
  return longest - 60_000;
}

/**
 * What is to be read of a series now: from where the last run stopped to the newest period that counts as final.
 *
 * @param readUntilMs where the last run stopped; `undefined` for a new series, which begins with its history
 * @returns `undefined` if no period is to be read yet
 */
export function readWindow(
  readUntilMs: number | undefined,
  periodSeconds: number,
  nowMs: number,
  { settleSeconds, historySeconds, keptSeconds }: Waits,
): ReadWindow | undefined {
  const periodMs = periodSeconds * 1_000;
  const finalMs = floorTo(nowMs - settleSeconds * 1_000, periodMs);
  const oldestMs =
    keptSeconds === undefined
      ? ceilTo(nowMs - retentionMs(periodSeconds), periodMs)
      : floorTo(finalMs - keptSeconds * 1_000, periodMs);
  const wantedMs = readUntilMs ?? floorTo(finalMs - historySeconds * 1_000, periodMs);
  const startMs = Math.max(wantedMs, oldestMs);
  const endMs = Math.min(finalMs, startMs + POINTS_AT_MOST * periodMs);
  return startMs < endMs ? { startMs, endMs } : undefined;
}

/** The values of series that are watched together in one period; NaN where one is not known. */
export interface WaitingRow {
  readonly atMs: number;
  /** In the order of the parts. */
  readonly values: readonly number[];
}

/** What the source of a series answered. */
export interface SeriesRead {
  /** Oldest first. */
  readonly points: readonly Point[];
  /** The answer is complete up to here: before the end of the window, if the source could not say more. */
  readonly completeUntilMs: number;
  /** Nothing is known of the time before it: a source that says what is now was not asked. @default all is known */
  readonly knownFromMs?: number;
  /** When changes of the component were over, oldest first. @default it does not follow any */
  readonly changesMs?: readonly number[];
  /** Of series that are watched together: what the next run goes on with. @default nothing waits */
  readonly waiting?: readonly WaitingRow[];
}

export interface CountablePoints {
  readonly points: readonly Point[];
  /** Where the next run goes on. */
  readonly readUntilMs: number;
}

/**
 * The points that can be counted now: in order, each once. A period without a point is waited for until it is older than
 * `latenessSeconds`; what comes after it waits too, because detectors take points in their order.
 */
export function countablePoints(
  window: ReadWindow,
  periodSeconds: number,
  { points, completeUntilMs }: SeriesRead,
  nowMs: number,
  { latenessSeconds }: Waits,
): CountablePoints {
  const periodMs = periodSeconds * 1_000;
  const untilMs = Math.min(window.endMs, Math.max(completeUntilMs, window.startMs));
  const present = new Set(points.map(({ atMs }) => floorTo(atMs, periodMs)));
  const waitedForMs = nowMs - latenessSeconds * 1_000;
  // Periods that end after this are waited for.
  let readUntilMs = Math.min(untilMs, Math.max(window.startMs, floorTo(waitedForMs, periodMs)));
  while (readUntilMs < untilMs && present.has(readUntilMs)) readUntilMs += periodMs;
  return {
    points: points.filter(({ atMs }) => atMs >= window.startMs && atMs < readUntilMs),
    readUntilMs,
  };
}

const floorTo = (value: number, step: number) => Math.floor(value / step) * step;
const ceilTo = (value: number, step: number) => Math.ceil(value / step) * step;
