import type { Detector } from './detector.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';

export interface MissingOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
}

export type MissingMemory = {
  lastAtMs: number;
  /** The longest distance between points lately; it shrinks by a hundredth with every point. */
  usualGapMs: number;
};

/** Silence: the time since the newest point, in units of the period, or of the gaps that the series is used to. */
export const missing: Detector<MissingMemory, MissingOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([3, 5, 10], sensitivity), calmRows: 1 }),
  start: () => ({ lastAtMs: Number.NaN, usualGapMs: 0 }),
  observe(memory, { atMs, periodMs }) {
    const gapMs = Number.isNaN(memory.lastAtMs) ? periodMs : atMs - memory.lastAtMs;
    memory.usualGapMs = Math.max(gapMs, 0.99 * memory.usualGapMs);
    memory.lastAtMs = atMs;
    return { score: 0, expected: undefined };
  },
  unknown(memory, unknownMs) {
    memory.lastAtMs += unknownMs;
  },
  silence(memory, nowMs, periodMs) {
    const usualMs = Math.max(periodMs, memory.usualGapMs);
    return { score: (nowMs - memory.lastAtMs) / usualMs, expected: undefined };
  },
};
