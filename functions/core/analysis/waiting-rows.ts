import {
  countablePoints,
  type ReadWindow,
  type SeriesRead,
  type WaitingRow,
  type Waits,
} from './read-window.ts';

/** What waits takes no more than this; with the rest of its baseline, a series takes less than 4 KB. */
export const WAITING_BYTES = 3_072;
const NUMBER_BYTES = 8;

/** How many periods wait at most, by the number of series. */
export function waitingRowsAtMost(parts: number): number {
  return Math.floor(WAITING_BYTES / ((parts + 1) * NUMBER_BYTES));
}

/** What may be judged of such series: from where they were judged last, or as far back as others are read. */
export function gatheredWindow(
  readUntilMs: number | undefined,
  periodSeconds: number,
  nowMs: number,
  { historySeconds }: Waits,
): ReadWindow | undefined {
  const periodMs = periodSeconds * 1_000;
  const endMs = Math.floor(nowMs / periodMs) * periodMs;
  const startMs = readUntilMs ?? endMs - Math.ceil(historySeconds / periodSeconds) * periodMs;
  return startMs < endMs ? { startMs, endMs } : undefined;
}

/** One of the series that are watched together, in this run. */
export interface GatheredPart {
  /** Until where it had been counted. @default it was never read */
  readonly readUntilMs?: number | undefined;
  /** What was read of it now, and the periods that were asked for. @default nothing */
  readonly news?: { readonly window: ReadWindow; readonly read: SeriesRead };
  readonly waits: Waits;
}

interface Gathering {
  readonly waiting: readonly WaitingRow[];
  readonly parts: readonly GatheredPart[];
  /** Of the series that watches them together. */
  readonly window: ReadWindow;
  readonly periodSeconds: number;
  readonly nowMs: number;
}

/**
 * The rows of series that arrive by different ways. Each series counts a data point once, or gives it up: what it counts
 * waits here until all of them are as far. A period that one of them has given up is dropped then; so are the oldest, if
 * more wait than a record has room for.
 *
 * @returns `undefined` if none of them has been counted further
 */
export function gatherRows({
  waiting,
  parts,
  window,
  periodSeconds,
  nowMs,
}: Gathering): SeriesRead | undefined {
  if (!parts.some(({ news }) => news)) return undefined;
  const counted = parts.map(({ readUntilMs = Number.NEGATIVE_INFINITY, news, waits }) =>
    news ? countablePoints(news.window, periodSeconds, news.read, nowMs, waits) : { points: [], readUntilMs },
  );
  const rows = new Map(waiting.map(({ atMs, values }) => [atMs, [...values]]));
  const periodMs = periodSeconds * 1_000;
  for (const [part, { points }] of counted.entries()) {
    for (const { atMs, value } of points) {
      const startMs = Math.floor(atMs / periodMs) * periodMs;
      const values = rows.get(startMs) ?? parts.map(() => Number.NaN);
      values[part] = value;
      rows.set(startMs, values);
    }
  }
  const known = [...rows]
    .map(([atMs, values]): WaitingRow => ({ atMs, values }))
    .filter(({ atMs }) => atMs >= window.startMs)
    .sort((a, b) => a.atMs - b.atMs);
  return divided(known, Math.min(...counted.map(({ readUntilMs }) => readUntilMs)), parts.length);
}

/** The same without anything to judge: all of it waits, as far as there is room. */
export function keptWaiting({ points, waiting = [] }: SeriesRead, { startMs }: ReadWindow): SeriesRead {
  const rows = [...points.flatMap(({ atMs, values }) => (values ? [{ atMs, values }] : [])), ...waiting];
  const { points: _given, ...kept } = divided(rows, startMs, rows[0]?.values.length ?? 0);
  return { ...kept, points: [] };
}

/** Rows before a time are judged if they are whole; those from it on wait. @param rows oldest first */
function divided(rows: readonly WaitingRow[], untilMs: number, parts: number): SeriesRead {
  const oldestMs = rows.at(-waitingRowsAtMost(parts))?.atMs ?? Number.NEGATIVE_INFINITY;
  const completeUntilMs = Math.max(untilMs, oldestMs);
  const points = rows
    .filter(({ atMs, values }) => atMs < completeUntilMs && values.every(Number.isFinite))
    .map(({ atMs, values }) => ({ atMs, value: values[0] ?? Number.NaN, values }));
  return { points, completeUntilMs, waiting: rows.filter(({ atMs }) => atMs >= completeUntilMs) };
}
