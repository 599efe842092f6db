import type { Detector } from './detector.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';

export interface TrendOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
}

export type TrendMemory = {
  /** Rows since the start, or since the last change. */
  rows: number;
  /** Half-hours of a working day, then those of a day at the weekend. */
  slotMeans: Float32Array;
  slotRows: Float32Array;
  /** Mean square of the deviations from the season. */
  variance: number;
  /** Deviations from the season, averaged over a short, a medium and a long time. */
  drifts: Float32Array;
  /** Mean square of each of those averages. */
  driftVariances: Float32Array;
};

const SLOTS = 48;
const SLOT_MS = 86_400_000 / SLOTS;
const DAY_MS = 86_400_000;
/** Time constants of the averages. */
const SPANS_MS = [15 * 60_000, 2.5 * 3_600_000, 8 * 3_600_000] as const;
const LEARNED_AFTER_MS = 3 * DAY_MS;
const VARIANCE_SPAN_MS = 14 * DAY_MS;
/** A day's weight in what a half-hour is expected to show: a leak must not become the expectation before it is seen. */
const SLOT_WEIGHT = 0.15;
/** A single value counts for at most this many deviations: a spike is no trend. */
const CLIP = 4;
/**
 * Once the shortest average has come this near to what clipped values can make of it, they have been beyond the clip for
 * about a quarter of an hour: then they are no spike, and how far away they are counts in full.
 */
const SUSTAINED = 1 - 1 / Math.E;
/** A drift below this share of the expected value is none. */
const LEAST_DRIFT = 0.002;

/**
 * Leaks. The deviation from the same half-hour of earlier days, averaged over a quarter of an hour, hours and most of a
 * day: a fast leak shows in the first, a slow one only in the last. Each average is compared with how much it usually
 * varies. It judges from the fourth day on, and weekends by
 * earlier weekends. A level shift looks like the beginning of a leak, and is reported as one. Where noise goes in slow
 * waves, the averages vary a lot and would hide even a tenfold value for an hour: a departure of many deviations that
 * lasts a quarter of an hour is reported by its own distance.
 */
export const trend: Detector<TrendMemory, TrendOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([5, 8, 11], sensitivity) }),
  start: () => ({
    rows: 0,
    slotMeans: new Float32Array(2 * SLOTS),
    slotRows: new Float32Array(2 * SLOTS),
    variance: 0,
    drifts: new Float32Array(SPANS_MS.length),
    driftVariances: new Float32Array(SPANS_MS.length),
  }),
  observe(memory, { atMs, value, periodMs }) {
    const { slotMeans, slotRows } = memory;
    const slot = slotAt(Math.floor(atMs / SLOT_MS));
    const seen = slotRows[slot] ?? 0;
    const rowsPerSlot = Math.max(1, SLOT_MS / periodMs);
    const expected = interpolated(memory, atMs);
    const rate = 1 - (1 - SLOT_WEIGHT) ** (1 / rowsPerSlot);
    const before = slotMeans[slot] ?? 0;
    const limit =
      seen >= rowsPerSlot && isLearned(memory, periodMs) ? limitOf(memory, before) : Number.POSITIVE_INFINITY;
    const deviation = Math.max(-limit, Math.min(limit, value - before));
    slotMeans[slot] = before + Math.max(rate, 1 / (seen + 1)) * deviation;
    slotRows[slot] = seen + 1;
    memory.rows += 1;
    // On the first day, the slot being filled is all that is known of it.
    if (expected === undefined || memory.rows * periodMs <= DAY_MS) return { score: 0, expected };
    return { score: driftScore(memory, value, expected, periodMs), expected };
  },
  change(memory) {
    memory.rows = 0;
    memory.slotRows.fill(0);
    memory.variance = 0;
    memory.drifts.fill(0);
    memory.driftVariances.fill(0);
  },
};

function driftScore(memory: TrendMemory, value: number, expected: number, periodMs: number): number {
  const { drifts, driftVariances, rows } = memory;
  const sinceFirstDay = rows - DAY_MS / periodMs;
  const follow = Math.max(periodMs / VARIANCE_SPAN_MS, 1 / sinceFirstDay);
  const floor = LEAST_DRIFT * Math.abs(expected);
  const learned = isLearned(memory, periodMs);
  const limit = learned ? limitOf(memory, expected) : Number.POSITIVE_INFINITY;
  const deviation = Math.max(-limit, Math.min(limit, value - expected));
  memory.variance += follow * (deviation * deviation - memory.variance);
  let score = 0;
  for (const [index, spanMs] of SPANS_MS.entries()) {
    const drift = drifts[index] ?? 0;
    const moved = drift + (1 - Math.exp(-periodMs / spanMs)) * (deviation - drift);
    drifts[index] = moved;
    const usual = Math.max(Math.sqrt(driftVariances[index] ?? 0), floor);
    // The first deviation of a series that was always 0 has nothing to be compared with: it teaches what the next one means.
    const away = usual > 0 ? Math.abs(moved) / usual : 0;
    if (learned && moved * (value - expected) > 0) score = Math.max(score, away);
    // What is far away teaches little, or a leak would soon count as usual.
    const taught = Math.min(
      moved * moved,
      learned && usual > 0 ? (CLIP * usual) ** 2 / 2 : Number.POSITIVE_INFINITY,
    );
    driftVariances[index] = (driftVariances[index] ?? 0) + follow * (taught - (driftVariances[index] ?? 0));
  }
  const [shortest = 0] = drifts;
  const isSustained = learned && shortest * Math.sign(value - expected) >= SUSTAINED * limit;
  return isSustained ? Math.max(score, Math.abs(value - expected) / limit) : score;
}

function isLearned({ rows }: TrendMemory, periodMs: number): boolean {
  return rows * periodMs > LEARNED_AFTER_MS;
}

/** How far a single value counts: in full, if the series was always 0. */
function limitOf({ variance }: TrendMemory, expected: number): number {
  const limit = CLIP * Math.max(Math.sqrt(variance), LEAST_DRIFT * Math.abs(expected));
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

/** The place of a half-hour since 1970, whose first day was a Thursday; weekends are those of UTC. */
function slotAt(halfHour: number): number {
  const day = Math.floor(halfHour / SLOTS);
  const isWeekend = (day + 3) % 7 >= 5;
  return halfHour - day * SLOTS + (isWeekend ? SLOTS : 0);
}

/** Between the middles of half-hours, the expected value goes in a straight line. */
function interpolated({ slotMeans, slotRows }: TrendMemory, atMs: number): number | undefined {
  const place = atMs / SLOT_MS - 0.5;
  const first = Math.floor(place);
  const share = place - first;
  const slot = slotAt(first);
  const following = slotAt(first + 1);
  if ((slotRows[slot] ?? 0) === 0 || (slotRows[following] ?? 0) === 0) return undefined;
  return (1 - share) * (slotMeans[slot] ?? 0) + share * (slotMeans[following] ?? 0);
}
