import { describe, expect, it } from 'vitest';
import { scaledCount } from '../../../../functions/core/target/scaled-count.ts';

describe('the count to scale to', () => {
  it.each([
    [3, { to: 7 }, 7],
    [9, { to: 7 }, 7],
    [3, { add: 2, atMost: 10 }, 5],
    [9, { add: 2, atMost: 10 }, 10],
    [3, { add: -2 }, 1],
    [3, { add: -9 }, 1],
    [8, { add: -9, atLeast: 4 }, 4],
  ])('goes from %i by %o to %i', (present, scaling, expected) => {
    expect(scaledCount(present, scaling)).toBe(expected);
  });

  it('never scales in to get below a maximum, nor out to get above a minimum', () => {
    expect(scaledCount(12, { add: 2, atMost: 10 })).toBe(12);
    expect(scaledCount(2, { add: -1, atLeast: 4 })).toBe(2);
  });
});
