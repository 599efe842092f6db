import { describe, expect, it } from 'vitest';
import { SEASONAL_TUNING } from '../../../../functions/core/detection/seasonal-tuning.ts';
import {
  distanceFromShapes,
  newShapes,
  shiftShapes,
} from '../../../../functions/core/detection/shape-memory.ts';

/** Averages follow at once, so that a shape is its value alone, and every other value is a new shape. */
const TUNING = { ...SEASONAL_TUNING, shortRate: 1, longRate: 1, novelty: 0 };
const ROWS_OF_A_LEVEL = 4;
const CAPACITY = 16;
const level = (index: number) => 100 * index;

/** A memory, and how far the newest value is from all shapes in it. */
function memory() {
  const shapes = newShapes();
  let row = 0;
  const distance = (value: number) => {
    row += 1;
    return distanceFromShapes(shapes, value, row, 1, TUNING);
  };
  const show = (index: number) => {
    for (let each = 0; each < ROWS_OF_A_LEVEL; each++) distance(level(index));
  };
  return { shapes, distance, show };
}

describe('the shapes of a series', () => {
  it('are known once they have lasted for four rows', () => {
    const { distance, show } = memory();
    show(0);
    expect(distance(level(0))).toBe(0);
    expect(distance(level(1))).toBeCloseTo(100 * Math.sqrt(3), 3);
  });

  it('replace, when there is no room, the one that has gone unused the longest', () => {
    const { shapes, distance, show } = memory();
    for (let index = 0; index < CAPACITY; index++) show(index);
    expect(shapes.count).toBe(CAPACITY);
    show(0);
    show(CAPACITY);
    expect(shapes.count).toBe(CAPACITY);
    const distances = [0, 1, 2, CAPACITY].map((index) => distance(level(index)));
    expect(distances).toEqual([0, expect.closeTo(100 * Math.sqrt(3), 3), 0, 0]);
  });

  it('move together with the series', () => {
    const { shapes, distance, show } = memory();
    show(0);
    shiftShapes(shapes, 50);
    expect(distance(50)).toBe(0);
  });
});
