import { type AlarmMemory, type AnomalyEvent, judge, noAlarms } from './alarm.ts';
import type { Bars, Tier } from './detector.ts';
import { copyMemory, packMemory, unpackMemory } from './packed-state.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';
import { MINIMUM_SAMPLES } from './z-score.ts';

/** Several series of a component, watched together. */
export interface JointSeries {
  /** How many: 2 to 16. */
  readonly dimensions: number;
  /** 0 to 1. @default 0.7 */
  readonly sensitivity?: number;
  /** For this long after the first row, it learns and alarms nobody. @default 24 */
  readonly learningHours?: number;
}

/** Values that the series had at the same time, in the same order in every row. */
export interface JointRow {
  readonly atMs: number;
  readonly values: readonly number[];
}

export type JointState = {
  lastAtMs: number;
  firstAtMs: number;
  samples: number;
  /** The first row: means are kept less these, so that 32 bits hold a byte count's noise. */
  origins: Float32Array;
  means: Float32Array;
  covariances: Float32Array;
  alarm: AlarmMemory;
};

export interface JointReading {
  readonly atMs: number;
  readonly score: number;
  readonly tier: Tier | undefined;
  readonly event: AnomalyEvent | undefined;
  /** Each series' share of the distance, in the order of the values; they add up to 1. Empty if nothing was judged. */
  readonly shares: readonly number[];
}

/** About a week of five-minute rows. */
const MEMORY_RATE = 1 / 2_000;
/** Added to each variance, as a share of it: series that always move together would make the distance infinite. */
const RIDGE = 1e-3;
const KIND = 255;

export function startJoint({ dimensions }: JointSeries): JointState {
  return {
    lastAtMs: Number.NaN,
    firstAtMs: Number.NaN,
    samples: 0,
    origins: new Float32Array(dimensions),
    means: new Float32Array(dimensions),
    covariances: new Float32Array(dimensions * dimensions),
    alarm: noAlarms(),
  };
}

/**
 * Mahalanobis distance of each row from the rows before it: it sees series that part though they have always moved
 * together, each of them in its usual range. Rows that are late, or in which a value is missing, are left out.
 */
export function observeJoint(
  series: JointSeries,
  before: JointState,
  rows: readonly JointRow[],
): { readonly state: JointState; readonly readings: readonly JointReading[] } {
  const state = copyMemory(before);
  const bars = { tiers: atSensitivity([6, 8, 11], series.sensitivity ?? DEFAULT_SENSITIVITY) };
  const learningMs = (series.learningHours ?? 24) * 3_600_000;
  return { state, readings: rows.flatMap((row) => observeRow(state, row, bars, learningMs)) };
}

export function packJoint(state: JointState): Uint8Array {
  return packMemory(KIND, state);
}

/** `undefined` if the state is of another format, or of other dimensions. */
export function unpackJoint(series: JointSeries, bytes: Uint8Array): JointState | undefined {
  return unpackMemory(KIND, startJoint(series), bytes);
}

function observeRow(
  state: JointState,
  { atMs, values }: JointRow,
  bars: Bars,
  learningMs: number,
): readonly JointReading[] {
  const { means, covariances, origins } = state;
  const isComplete = values.length === means.length && values.every(Number.isFinite);
  if (!isComplete || atMs <= state.lastAtMs) return [];
  if (state.samples === 0) {
    state.firstAtMs = atMs;
    origins.set(values);
  }
  state.lastAtMs = atMs;
  state.samples += 1;
  const away = values.map((value, index) => value - (origins[index] ?? 0) - (means[index] ?? 0));
  const { score, shares } =
    state.samples > MINIMUM_SAMPLES ? distanceOf(away, covariances) : { score: 0, shares: [] };
  const rate = Math.max(MEMORY_RATE, 1 / state.samples);
  learn(state, away, rate);
  const { tier, event } = judge(state.alarm, score, bars, atMs < state.firstAtMs + learningMs);
  return [{ atMs, score, tier, event, shares }];
}

function learn({ means, covariances }: JointState, away: readonly number[], rate: number): void {
  const { length } = away;
  for (const [row, one] of away.entries()) {
    means[row] = (means[row] ?? 0) + rate * one;
    for (const [column, other] of away.entries()) {
      const at = row * length + column;
      const known = covariances[at] ?? 0;
      covariances[at] = (1 - rate) * (known + rate * one * other);
    }
  }
}

/**
 * The squared distance is distributed as χ² if the series are normal; by its cube root it becomes a z (Wilson and Hilferty,
 * 1931), so that one bar serves any number of series.
 */
function distanceOf(away: readonly number[], covariances: Float32Array): { score: number; shares: number[] } {
  const solved = solve(covariances, away);
  const parts = away.map((value, index) => value * (solved[index] ?? 0));
  const squared = Math.max(0, sum(parts));
  const spread = 2 / (9 * away.length);
  const z = (Math.cbrt(squared / away.length) - (1 - spread)) / Math.sqrt(spread);
  const positive = parts.map((part) => Math.max(0, part));
  const whole = sum(positive) || 1;
  return { score: Math.max(0, z), shares: positive.map((part) => part / whole) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Solves (covariance + ridge) · x = b by Cholesky's decomposition. */
function solve(covariances: Float32Array, b: readonly number[]): readonly number[] {
  const { length } = b;
  const lower = new Float64Array(length * length);
  const at = (row: number, column: number) => row * length + column;
  for (let row = 0; row < length; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = covariances[at(row, column)] ?? 0;
      if (row === column) rest += RIDGE * rest + Number.EPSILON;
      for (let k = 0; k < column; k++) rest -= (lower[at(row, k)] ?? 0) * (lower[at(column, k)] ?? 0);
      const pivot = lower[at(column, column)] ?? 1;
      lower[at(row, column)] = row === column ? Math.sqrt(Math.max(rest, Number.EPSILON)) : rest / pivot;
    }
  }
  const y = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    let rest = b[row] ?? 0;
    for (let k = 0; k < row; k++) rest -= (lower[at(row, k)] ?? 0) * (y[k] ?? 0);
    y[row] = rest / (lower[at(row, row)] ?? 1);
  }
  const x = Array.from(y);
  for (let row = length - 1; row >= 0; row--) {
    let rest = y[row] ?? 0;
    for (let k = row + 1; k < length; k++) rest -= (lower[at(k, row)] ?? 0) * (x[k] ?? 0);
    x[row] = rest / (lower[at(row, row)] ?? 1);
  }
  return x;
}
