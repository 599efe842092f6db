import type { Detector } from './detector.ts';
import { SEASONAL_TUNING, type SeasonalTuning, tuningAt } from './seasonal-tuning.ts';
import { expectedValue, newView, SLOTS, scoreValue, shiftView, type ViewMemory } from './seasonal-view.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';

export interface SeasonalOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
}

export type SeasonalMemory = {
  rows: number;
  /** Rows that each half-hour of the day has seen; slots that a change made obsolete count as new. */
  slotRows: Float32Array;
  values: ViewMemory;
  /** The same of their square roots, in which the noise of counts and latencies is as large at night as at noon. */
  roots: ViewMemory;
  /** Rows since a change that are still to be learned from before anything is judged; 0 if none is. */
  settling: number;
  /** Sums of the deviations from the season since the change. */
  shiftOfValues: number;
  shiftOfRoots: number;
};

/** Rates hold for rows of five minutes. Shorter ones count for their share of it; longer ones count as one all the same. */
const ROW_MS = 300_000;
const SLOT_MS = 86_400_000 / SLOTS;
const REFRACTORY_ROWS = 90;
const RISE_PER_ALARM = 0.2;
const FORGET_ROWS = 5_000;
/** A page needs more than one bad row: a score of 32 for one, of 14 for three, of 10 for ten. */
const SUSTAIN_RATE = 0.3;
/** After a change, an hour tells the new level. */
const SETTLING_ROWS = 12;

/**
 * The default. It compares a series with its level, with the same half-hour of earlier days, and with the shapes that it
 * has shown; each deviation is scored by how rare it was before.
 */
export const seasonal = seasonalWith(SEASONAL_TUNING);

export function seasonalWith(tuning: SeasonalTuning): Detector<SeasonalMemory, SeasonalOptions> {
  let scaled = { scale: 1, tuning };
  return {
    defaults: { sensitivity: DEFAULT_SENSITIVITY },
    bars: ({ sensitivity }, periodMs) => ({
      tiers: atSensitivity([4.4, 8, 9.5], sensitivity),
      refractoryRows: REFRACTORY_ROWS / scaleOf(periodMs),
      risePerAlarm: RISE_PER_ALARM,
      forgetRows: FORGET_ROWS / scaleOf(periodMs),
      sustainRate: 1 - (1 - SUSTAIN_RATE) ** scaleOf(periodMs),
    }),
    start: () => ({
      rows: 0,
      slotRows: new Float32Array(SLOTS),
      values: newView(),
      roots: newView(),
      settling: 0,
      shiftOfValues: 0,
      shiftOfRoots: 0,
    }),
    observe(memory, { atMs, value, periodMs }) {
      const scale = scaleOf(periodMs);
      if (scale !== scaled.scale) scaled = { scale, tuning: tuningAt(scale, tuning) };
      const slot = Math.floor(atMs / SLOT_MS) % SLOTS;
      const at = { row: memory.rows + 1, scale, slot, slotRows: memory.slotRows[slot] ?? 0 };
      const root = Math.sign(value) * Math.sqrt(Math.abs(value));
      const expected = memory.rows > 0 ? expectedValue(memory.values, at) : undefined;
      if (memory.settling > 0) {
        memory.settling -= 1;
        memory.shiftOfValues += value - expectedValue(memory.values, at);
        memory.shiftOfRoots += root - expectedValue(memory.roots, at);
        if (memory.settling === 0) settle(memory, SETTLING_ROWS / scale);
        return { score: 0, expected };
      }
      memory.rows += 1;
      memory.slotRows[slot] = at.slotRows + 1;
      // Twice the weight: most metrics are counts and durations.
      const score =
        (scoreValue(memory.values, value, at, scaled.tuning) +
          2 * scoreValue(memory.roots, root, at, scaled.tuning)) /
        3;
      return { score, expected };
    },
    change(memory, _, periodMs) {
      if (memory.rows === 0) return;
      memory.settling = Math.round(SETTLING_ROWS / scaleOf(periodMs));
      memory.shiftOfValues = 0;
      memory.shiftOfRoots = 0;
    },
  };
}

function scaleOf(periodMs: number): number {
  return Math.min(1, periodMs / ROW_MS);
}

function settle(memory: SeasonalMemory, rows: number): void {
  const settled = Math.round(rows);
  shiftView(memory.values, memory.shiftOfValues / settled);
  shiftView(memory.roots, memory.shiftOfRoots / settled);
}
