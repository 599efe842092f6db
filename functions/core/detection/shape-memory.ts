import type { SeasonalTuning } from './seasonal-tuning.ts';

/**
 * Shapes that a series has shown: its value beside two moving averages, as points in space, of which a few are kept as
 * prototypes. A row far from all of them has a shape that was not seen before, even if its value was.
 */
export type ShapeMemory = {
  /** Value, short and long average of each prototype, one after another. */
  prototypes: Float32Array;
  /** The row in which each prototype was last the nearest. */
  usedAt: Float32Array;
  count: number;
  /** Mean distance of the rows from their nearest prototype. */
  radius: number;
  judged: number;
  short: number;
  long: number;
  /** The shape that may become a prototype next: of a while ago, so that no anomaly is its own precedent. */
  pending: Float32Array;
};

const PROTOTYPES = 16;
/** One row in four may become a prototype, three rows later. */
const ROWS_PER_SHAPE = 4;

export function newShapes(): ShapeMemory {
  return {
    prototypes: new Float32Array(3 * PROTOTYPES),
    usedAt: new Float32Array(PROTOTYPES),
    count: 0,
    radius: 0,
    judged: 0,
    short: 0,
    long: 0,
    pending: new Float32Array(3),
  };
}

/**
 * Distance of the newest shape from the nearest one known.
 *
 * @param scale how long a row is, as a share of five minutes
 */
export function distanceFromShapes(
  shapes: ShapeMemory,
  value: number,
  row: number,
  scale: number,
  tuning: SeasonalTuning,
): number {
  if (row === 1) {
    shapes.short = value;
    shapes.long = value;
  }
  shapes.short += tuning.shortRate * (value - shapes.short);
  shapes.long += tuning.longRate * (value - shapes.long);
  const { short, long } = shapes;
  const nearest = nearestPrototype(shapes, value, short, long);
  let distance = 0;
  if (nearest >= 0) {
    distance = distanceTo(shapes, nearest, value, short, long);
    shapes.usedAt[nearest] = row;
    shapes.judged += 1;
    shapes.radius += Math.max(tuning.memoryRate, 1 / shapes.judged) * (distance - shapes.radius);
  }
  const cycle = Math.round(ROWS_PER_SHAPE / scale);
  const phase = row % cycle;
  if (phase === 0) learnPending(shapes, row, tuning.novelty);
  if (phase === Math.round(1 / scale)) {
    shapes.pending[0] = value;
    shapes.pending[1] = short;
    shapes.pending[2] = long;
  }
  return distance;
}

/** Moves all shapes by the same amount. */
export function shiftShapes(shapes: ShapeMemory, by: number): void {
  shapes.short += by;
  shapes.long += by;
  shapes.prototypes = shapes.prototypes.map((each) => each + by);
  shapes.pending = shapes.pending.map((each) => each + by);
}

function learnPending(shapes: ShapeMemory, row: number, novelty: number): void {
  const [value = 0, short = 0, long = 0] = shapes.pending;
  const nearest = nearestPrototype(shapes, value, short, long);
  if (nearest >= 0 && distanceTo(shapes, nearest, value, short, long) <= novelty * shapes.radius) return;
  const place = shapes.count < PROTOTYPES ? shapes.count : longestUnused(shapes.usedAt);
  shapes.count = Math.max(shapes.count, place + 1);
  shapes.prototypes[3 * place] = value;
  shapes.prototypes[3 * place + 1] = short;
  shapes.prototypes[3 * place + 2] = long;
  shapes.usedAt[place] = row;
}

function nearestPrototype(shapes: ShapeMemory, value: number, short: number, long: number): number {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < shapes.count; index++) {
    const distance = squaredDistance(shapes.prototypes, index, value, short, long);
    if (distance < least) {
      least = distance;
      nearest = index;
    }
  }
  return nearest;
}

function distanceTo(
  { prototypes }: ShapeMemory,
  index: number,
  value: number,
  short: number,
  long: number,
): number {
  return Math.sqrt(squaredDistance(prototypes, index, value, short, long));
}

function squaredDistance(
  prototypes: Float32Array,
  index: number,
  value: number,
  short: number,
  long: number,
): number {
  const a = value - (prototypes[3 * index] ?? 0);
  const b = short - (prototypes[3 * index + 1] ?? 0);
  const c = long - (prototypes[3 * index + 2] ?? 0);
  return a * a + b * b + c * c;
}

function longestUnused(usedAt: Float32Array): number {
  let oldest = 0;
  for (let index = 1; index < usedAt.length; index++) {
    if ((usedAt[index] ?? 0) < (usedAt[oldest] ?? 0)) oldest = index;
  }
  return oldest;
}
