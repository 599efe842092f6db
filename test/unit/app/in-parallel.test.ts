import { expect, it } from 'vitest';
import { inParallel, rotated } from '../../../functions/app/in-parallel.ts';

it('inParallel handles every item once, with no more at a time than the limit', async () => {
  const handled: number[] = [];
  let under = 0;
  let most = 0;
  await inParallel(
    Array.from({ length: 25 }, (_, index) => index),
    4,
    async (item) => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((done) => setImmediate(done));
      handled.push(item);
      under -= 1;
    },
  );
  expect(handled).toHaveLength(25);
  expect(new Set(handled).size).toBe(25);
  expect(most).toBe(4);
});

it('inParallel begins nothing after a failure, and throws it when what is under way has ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const all = inParallel([0, 1, 2, 3, 4], 3, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('item 1 failed');
    await new Promise((done) => setTimeout(done, 5));
    ended.push(item);
  });
  await expect(all).rejects.toThrow('item 1 failed');
  expect(begun).toEqual([0, 1, 2]);
  expect(ended).toEqual([0, 2]);
});

it('rotated begins with the next item every minute, keeps their order, and leaves none out', () => {
  const items = ['a', 'b', 'c'];
  expect(rotated(items, 59_999)).toEqual(['a', 'b', 'c']);
  expect(rotated(items, 60_000)).toEqual(['b', 'c', 'a']);
  expect(rotated(items, 179_999)).toEqual(['c', 'a', 'b']);
  expect(rotated(items, 180_000)).toEqual(['a', 'b', 'c']);
  expect(rotated([], 60_000)).toEqual([]);
});
