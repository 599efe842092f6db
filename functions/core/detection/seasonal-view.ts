import { newTail, scoreResidual, type Tail } from './exceedance-tail.ts';
import type { SeasonalTuning } from './seasonal-tuning.ts';
import { distanceFromShapes, newShapes, type ShapeMemory, shiftShapes } from './shape-memory.ts';

/** Slots of half an hour in which a day's shape is kept. */
export const SLOTS = 48;

/** What is known of a series: its level, its day and its shapes, and how far it usually is from each. */
export type ViewMemory = {
  mean: number;
  /** Mean distance from the mean. */
  spread: number;
  slowLevel: number;
  fastLevel: number;
  slotMeans: Float32Array;
  /** The newest deviations from the season, smoothed. */
  offSeason: number;
  shapes: ShapeMemory;
  slowTail: Tail;
  fastTail: Tail;
  seasonTail: Tail;
  shapeTail: Tail;
};

export interface ViewRow {
  /** Counted from 1. */
  readonly row: number;
  /** How long a row is, as a share of five minutes. */
  readonly scale: number;
  readonly slot: number;
  /** Rows that this slot has seen before. */
  readonly slotRows: number;
}

/** A deviation below this share of the mean, or of the spread, is never unusual. */
const FLOOR_OF_MEAN = 0.005;
const FLOOR_OF_SPREAD = 0.01;

export function newView(): ViewMemory {
  return {
    mean: 0,
    spread: 0,
    slowLevel: 0,
    fastLevel: 0,
    slotMeans: new Float32Array(SLOTS),
    offSeason: 0,
    shapes: newShapes(),
    slowTail: newTail(),
    fastTail: newTail(),
    seasonTail: newTail(),
    shapeTail: newTail(),
  };
}

/** The value that is usual at this time of day; the mean, as long as the slot has seen none. */
export function expectedValue({ slotMeans, mean }: ViewMemory, { slot, slotRows }: ViewRow): number {
  return slotRows > 0 ? (slotMeans[slot] ?? mean) : mean;
}

/** How unusual a value is: level, season and shape together, as the length of a vector; the mean of both levels. */
export function scoreValue(view: ViewMemory, value: number, at: ViewRow, tuning: SeasonalTuning): number {
  const { row, scale } = at;
  if (row === 1) {
    view.mean = value;
    view.slowLevel = value;
    view.fastLevel = value;
  }
  const distance = Math.abs(value - view.mean);
  const follow = Math.max(tuning.memoryRate, 1 / row);
  view.mean += follow * (value - view.mean);
  view.spread += follow * (distance - view.spread);
  const { mean, spread } = view;
  const floor = Math.max(FLOOR_OF_SPREAD * spread, FLOOR_OF_MEAN * Math.abs(mean), Number.EPSILON);

  view.slowLevel += tuning.slowLevelRate * (value - view.slowLevel);
  view.fastLevel += tuning.fastLevelRate * (value - view.fastLevel);
  const slow = scoreResidual(view.slowTail, Math.abs(view.slowLevel - mean), floor, row, tuning);
  const fast = scoreResidual(view.fastTail, Math.abs(view.fastLevel - mean), floor, row, tuning);

  view.offSeason += tuning.seasonRate * (value - expectedValue(view, at) - view.offSeason);
  learnSlot(view, value, at, tuning.slotRate);
  const season =
    tuning.seasonWeight * scoreResidual(view.seasonTail, Math.abs(view.offSeason), floor, row, tuning);

  const fromShapes = distanceFromShapes(view.shapes, value, row, scale, tuning);
  const shape = scoreResidual(view.shapeTail, fromShapes, floor, row, tuning);

  const others = season * season + shape * shape;
  return (Math.sqrt(slow * slow + others) + Math.sqrt(fast * fast + others)) / 2;
}

function learnSlot(
  { slotMeans }: ViewMemory,
  value: number,
  { slot, slotRows }: ViewRow,
  rate: number,
): void {
  const learned = slotMeans[slot] ?? 0;
  slotMeans[slot] = learned + Math.max(rate, 1 / (slotRows + 1)) * (value - learned);
}

/** Moves all that was learned to another level: the day's shape stays. */
export function shiftView(view: ViewMemory, by: number): void {
  view.mean += by;
  view.slowLevel = view.mean;
  view.fastLevel = view.mean;
  view.offSeason = 0;
  view.slotMeans = view.slotMeans.map((mean) => mean + by);
  shiftShapes(view.shapes, by);
}
