import type { Detector } from './detector.ts';
import { momentsOf, noValues, type RecentValues, remember } from './recent-values.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';

export interface ChangeOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
}

export type ChangeMemory = {
  values: RecentValues;
  /** What held before the change. */
  meanBefore: number;
  deviationBefore: number;
  /** Rows since the change; 0 if there is none to judge. */
  rows: number;
  sumAfter: number;
  changed: number;
};

/** What is compared: five hours before with up to two hours after, in rows of five minutes. */
const ROWS_BEFORE = 60;
const ROWS_AFTER = 24;
const LEAST_BEFORE = 12;
const LEAST_AFTER = 3;
/** Rows are not independent: a long average is not as certain as its length would make it. */
const SHARED_VARIANCE = 0.1;
const LEAST_DEVIATION = 0.02;

/**
 * A level that shifts after a change: the mean since a deployment beside the mean before it. Without a noted change it says
 * nothing, so it can be far more sensitive than the others.
 */
export const change: Detector<ChangeMemory, ChangeOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([4, 6, 8], sensitivity) }),
  start: () => ({
    values: noValues(ROWS_BEFORE),
    meanBefore: 0,
    deviationBefore: 0,
    rows: 0,
    sumAfter: 0,
    changed: 0,
  }),
  observe(memory, { value }) {
    remember(memory.values, value);
    if (memory.changed === 0) return { score: 0, expected: undefined };
    memory.rows += 1;
    memory.sumAfter += value;
    const { rows, meanBefore, deviationBefore } = memory;
    if (rows >= ROWS_AFTER) memory.changed = 0;
    if (rows < LEAST_AFTER) return { score: 0, expected: meanBefore };
    const shift = Math.abs(memory.sumAfter / rows - meanBefore);
    const uncertain = deviationBefore * Math.sqrt(1 / rows + 1 / ROWS_BEFORE + SHARED_VARIANCE);
    return { score: shift / Math.max(uncertain, Number.MIN_VALUE), expected: meanBefore };
  },
  change(memory) {
    if (memory.values.count < LEAST_BEFORE) return;
    const { mean, deviation } = momentsOf(memory.values);
    memory.meanBefore = mean;
    memory.deviationBefore = Math.max(deviation, LEAST_DEVIATION * Math.abs(mean));
    memory.rows = 0;
    memory.sumAfter = 0;
    memory.changed = 1;
  },
};
