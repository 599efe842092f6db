import { describe, expect, it } from 'vitest';
import { firstWhere, within } from '../../../../local/what-if/by-time.ts';

const SORTED = [1, 3, 3, 3, 7];

describe('a list in order of time', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 4],
    [7, 4],
    [8, 5],
  ])('reaches %i at position %i', (time, position) => {
    expect(firstWhere(SORTED, (each) => each >= time)).toBe(position);
  });

  it.each([
    [3, 7, [3, 3, 3]],
    [1, 3, [1]],
    [4, 7, []],
    [0, Number.POSITIVE_INFINITY, SORTED],
    [5, 5, []],
  ])('has from %d on, before %d: %j', (fromMs, untilMs, items) => {
    expect(within(SORTED, (each) => each, fromMs, untilMs)).toEqual(items);
  });

  it('may be empty', () => {
    expect(firstWhere([], () => true)).toBe(0);
  });
});
