import type { Detector } from './detector.ts';
import { noValues, type RecentValues, remember } from './recent-values.ts';
import { atSensitivity, DEFAULT_SENSITIVITY } from './sensitivity.ts';
import { MINIMUM_SAMPLES } from './z-score.ts';

export interface IsolationForestOptions {
  /** 0 to 1. */
  readonly sensitivity: number;
}

export type IsolationForestMemory = {
  values: RecentValues;
  /** Rows seen: the seed of the forest's draws, so that a row has one score, whenever it is computed. */
  rows: number;
};

const WINDOW = 256;
const TREES = 40;
const SAMPLE = 64;
const DEPTH_LIMIT = 12;
/** 10 × 2^(−depth ÷ expected depth), less what is ordinary: from 0 to 5, which is isolated at once. */
const SCALE = 10;
const ORDINARY = 5;

/**
 * Isolation forest (Liu, Ting, Zhou 2008) over a value and its change from the one before: how few random cuts separate the
 * newest from a sample of the others. It sees values and jumps apart from all others, and no shape, trend or season.
 *
 * A forest is drawn for every row and only the newest row's path is followed, so that no tree is ever stored.
 */
export const isolationForest: Detector<IsolationForestMemory, IsolationForestOptions> = {
  defaults: { sensitivity: DEFAULT_SENSITIVITY },
  bars: ({ sensitivity }) => ({ tiers: atSensitivity([2.9, 3.3, 3.6], sensitivity) }),
  start: () => ({ values: noValues(WINDOW), rows: 0 }),
  observe(memory, { value }) {
    memory.rows += 1;
    remember(memory.values, value);
    if (memory.values.count <= MINIMUM_SAMPLES) return { score: 0, expected: undefined };
    return { score: isolationScore(memory), expected: undefined };
  },
};

function isolationScore({ values, rows }: IsolationForestMemory): number {
  const { ring, next, count } = values;
  const valueAt = (age: number) => ring[(next - age + 2 * ring.length) % ring.length] ?? 0;
  const features: Features = [new Float64Array(count), new Float64Array(count)];
  for (let age = 1; age < count; age++) {
    features[0][age] = valueAt(age);
    features[1][age] = valueAt(age) - valueAt(age + 1);
  }
  const draw = drawsOf(rows);
  const sample = new Uint16Array(SAMPLE);
  let depths = 0;
  for (let tree = 0; tree < TREES; tree++) {
    for (let index = 0; index < SAMPLE; index++) sample[index] = 2 + Math.floor(draw() * (count - 2));
    depths += depthOf(features, sample, draw);
  }
  return Math.max(0, SCALE * 2 ** (-depths / TREES / expectedDepth(SAMPLE)) - ORDINARY);
}

/** By age of the row, the newest being 1: its value, and its change from the row before. */
type Features = readonly [values: Float64Array, changes: Float64Array];

/** How many cuts separate the newest row from a sample of ages, which are reordered. */
function depthOf(features: Features, sample: Uint16Array, draw: () => number): number {
  let rest = sample.length;
  for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
    if (rest <= 1) return depth;
    const feature = features[draw() < 0.5 ? 0 : 1];
    const newest = feature[1] ?? 0;
    let least = newest;
    let most = newest;
    for (let index = 0; index < rest; index++) {
      const one = feature[sample[index] ?? 0] ?? 0;
      least = Math.min(least, one);
      most = Math.max(most, one);
    }
    if (least === most) return depth + expectedDepth(rest + 1);
    const cut = least + draw() * (most - least);
    const isBelow = newest < cut;
    let kept = 0;
    for (let index = 0; index < rest; index++) {
      const age = sample[index] ?? 0;
      if ((feature[age] ?? 0) < cut === isBelow) sample[kept++] = age;
    }
    rest = kept;
  }
  return DEPTH_LIMIT + expectedDepth(rest + 1);
}

/** Mean depth at which an unsuccessful search in a random binary tree of these points ends. */
function expectedDepth(points: number): number {
  if (points <= 1) return 0;
  return points === 2 ? 1 : 2 * (Math.log(points - 1) + 0.5772156649) - (2 * (points - 1)) / points;
}

/** Draws between 0 and 1 (mulberry32), the same for the same seed. */
function drawsOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
