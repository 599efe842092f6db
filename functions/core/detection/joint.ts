import type { Detector } from './detector.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';
import { LEAST_DEVIATION, MINIMUM_SAMPLES } from './z-score.ts';

export interface JointOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
  /** How many series are watched together. */
  readonly dimensions: number;
  /** By how much each of them varies at least, whatever was seen, in its own unit. @default 0 */
  readonly leastDeviations?: readonly number[];
}

export type JointMemory = {
  samples: number;
  /** The first row: means are kept less these, so that 32 bits hold a byte count's noise. */
  origins: Float32Array;
  means: Float32Array;
  covariances: Float32Array;
};

/** About a week of five-minute rows. */
const MEMORY_RATE = 1 / 2_000;
/** Added to each variance, as a share of it: series that always move together would make the distance infinite. */
const RIDGE = 1e-3;

/**
 * Mahalanobis distance of each row from the rows before it: it sees series that part though they have always moved
 * together, each of them in its usual range. What is reported is the series that is furthest from what the others would
 * have it be.
 */
export const joint: Detector<JointMemory, JointOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY, dimensions: 1 },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([6, 8, 11], sensitivity) }),
  start: ({ dimensions }) => ({
    samples: 0,
    origins: new Float32Array(dimensions),
    means: new Float32Array(dimensions),
    covariances: new Float32Array(dimensions * dimensions),
  }),
  observe(memory, { value, values = [value] }, { leastDeviations = [] }) {
    if (memory.samples === 0) restart(memory, values);
    memory.samples += 1;
    const { samples, origins, means, covariances } = memory;
    const away = values.map((each, part) => each - (origins[part] ?? 0) - (means[part] ?? 0));
    const least = away.map((each, part) =>
      Math.max(leastDeviations[part] ?? 0, LEAST_DEVIATION * Math.abs((values[part] ?? 0) - each)),
    );
    const judged = samples > MINIMUM_SAMPLES ? judge(covariances, least, away) : undefined;
    learn(memory, away, Math.max(MEMORY_RATE, 1 / samples));
    if (!judged) return { score: 0, expected: undefined };
    const { score, part, beyond } = judged;
    const own = values[part] ?? Number.NaN;
    return { score, expected: own - beyond, value: own, part };
  },
  /** How the series go together may have changed: all of it is learned again. */
  change(memory) {
    memory.samples = 0;
  },
};

function restart({ origins, means, covariances }: JointMemory, values: readonly number[]): void {
  origins.set(values);
  means.fill(0);
  covariances.fill(0);
}

function learn({ means, covariances }: JointMemory, away: readonly number[], rate: number): void {
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

interface Judged {
  readonly score: number;
  /** The series that is furthest from what the others would have it be. */
  readonly part: number;
  /** By how much it is. */
  readonly beyond: number;
}

/**
 * The squared distance is distributed as χ² if the series are normal; by its cube root it becomes a z (Wilson and Hilferty,
 * 1931), so that one bar serves any number of series. What the others would have a series be is its conditional mean.
 */
function judge(covariances: Float32Array, least: readonly number[], away: readonly number[]): Judged {
  const { length } = away;
  const lower = decompose(covariances, least);
  const solved = solve(lower, away);
  const squared = away.reduce((total, value, part) => total + value * (solved[part] ?? 0), 0);
  const spread = 2 / (9 * length);
  const z = (Math.cbrt(Math.max(0, squared) / length) - (1 - spread)) / Math.sqrt(spread);
  const residuals = solved.map((value, part) => {
    const precision = solve(lower, unit(length, part))[part] ?? 1;
    return { part, beyond: value / precision, deviations: Math.abs(value) / Math.sqrt(precision) };
  });
  const furthest = residuals.reduce((one, other) => (other.deviations > one.deviations ? other : one));
  return { score: Math.max(0, z), part: furthest.part, beyond: furthest.beyond };
}

const unit = (length: number, at: number) => Array.from({ length }, (_, index) => Number(index === at));

/**
 * The lower triangle of covariance + ridge, by Cholesky's decomposition.
 *
 * @param least deviations that each of the series has in any case
 */
function decompose(covariances: Float32Array, least: readonly number[]): Float64Array {
  const { length } = least;
  const lower = new Float64Array(length * length);
  const at = (row: number, column: number) => row * length + column;
  for (let row = 0; row < length; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = covariances[at(row, column)] ?? 0;
      if (row === column) rest += RIDGE * rest + (least[row] ?? 0) ** 2 + Number.EPSILON;
      for (let k = 0; k < column; k++) rest -= (lower[at(row, k)] ?? 0) * (lower[at(column, k)] ?? 0);
      const pivot = lower[at(column, column)] ?? 1;
      lower[at(row, column)] = row === column ? Math.sqrt(Math.max(rest, Number.EPSILON)) : rest / pivot;
    }
  }
  return lower;
}

function solve(lower: Float64Array, b: readonly number[]): readonly number[] {
  const { length } = b;
  const at = (row: number, column: number) => row * length + column;
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
