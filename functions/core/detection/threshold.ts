import type { Detector } from './detector.ts';

export interface ThresholdOptions {
  /** A value at or beyond it is an anomaly of the tier HIGH. @default NaN, none is */
  readonly warning: number;
  /** A value at or beyond it is an anomaly of the tier CRITICAL. @default NaN, none is */
  readonly critical: number;
  /** 1: values are bad above the levels; -1: below. */
  readonly sign: number;
  /** How many values in a row must be at or beyond a level, and how many before it again end the anomaly. */
  readonly dataPoints: number;
  /** After this long at or beyond `warning`, an anomaly is CRITICAL. @default Infinity, never */
  readonly escalateSeconds: number;
}

export type ThresholdMemory = {
  /** 0, or the level that has been reached. */
  level: number;
  /** Rows in a row at or beyond each level, negative: before it. */
  warningRows: number;
  criticalRows: number;
  /** When the anomaly began. */
  sinceMs: number;
};

const WARNING = 1;
const CRITICAL = 2;

/**
 * Levels that people have set. It learns nothing, and sees nothing else: a value just before a level is as good as any. The
 * score is 1 from the warning level on and 2 from the critical one on; what is expected is the level itself.
 */
export const threshold: Detector<ThresholdMemory, ThresholdOptions> = {
  defaults: {
    warning: Number.NaN,
    critical: Number.NaN,
    sign: 1,
    dataPoints: 3,
    escalateSeconds: Number.POSITIVE_INFINITY,
  },
  bars: () => ({ tiers: [WARNING, WARNING, CRITICAL], calmRows: 1, falls: true }),
  start: () => ({ level: 0, warningRows: 0, criticalRows: 0, sinceMs: 0 }),
  observe(memory, { atMs, value }, { warning, critical, sign, dataPoints, escalateSeconds }) {
    const isCritical = sign * value >= sign * critical;
    // Without a warning level, nothing is beyond it.
    const isWarning = sign * value >= sign * warning;
    memory.warningRows = counted(memory.warningRows, isWarning);
    memory.criticalRows = counted(memory.criticalRows, isCritical);
    if (memory.level === 0 && (memory.warningRows === 1 || (memory.criticalRows === 1 && !isWarning)))
      memory.sinceMs = atMs;
    memory.level = levelAfter(memory, dataPoints);
    if (memory.level === CRITICAL) return { score: CRITICAL, expected: critical };
    if (memory.level === 0) return { score: 0, expected: Number.isNaN(warning) ? critical : warning };
    const hasLasted = atMs - memory.sinceMs >= escalateSeconds * 1_000;
    return { score: hasLasted ? CRITICAL : WARNING, expected: warning };
  },
};

/** A level is reached, and left, after as many rows in a row. */
function levelAfter({ level, warningRows, criticalRows }: ThresholdMemory, dataPoints: number): number {
  if (criticalRows >= dataPoints) return CRITICAL;
  if (level === CRITICAL && criticalRows > -dataPoints) return CRITICAL;
  if (warningRows >= dataPoints) return WARNING;
  return level !== 0 && warningRows > -dataPoints ? WARNING : 0;
}

function counted(rows: number, isReached: boolean): number {
  if (isReached) return rows > 0 ? rows + 1 : 1;
  return rows < 0 ? rows - 1 : -1;
}
