import { describe, expect, it } from 'vitest';
import { chunked, layOutBatches, type TargetHealth } from '../../../../functions/core/operation/layout.ts';

const candidate = (instanceId: string) => ({ instanceId });
const health = (found: Readonly<Record<string, TargetHealth>>) => new Map(Object.entries(found));

describe('the batches of a repair', () => {
  it('stay the same whatever order the targets come in', () => {
    const ids = ['i-c', 'i-a', 'i-e', 'i-b', 'i-d'];
    const found = health({ 'i-a': 'unhealthy', 'i-c': 'unhealthy', 'i-b': 'healthy' });
    const layouts = [ids, ids.toReversed()].map((order) => layOutBatches(order.map(candidate), found, 1));
    expect(layouts[0]).toEqual({
      batches: [['i-a'], ['i-c']],
      skipped: { 'i-b': 'healthy', 'i-d': 'not-looked-at', 'i-e': 'not-looked-at' },
    });
    for (const { skipped } of layouts) expect(Object.keys(skipped)).toEqual(['i-b', 'i-d', 'i-e']);
    expect(layouts[1]).toEqual(layouts[0]);
  });

  it('leave out a target that is unavailable, though it was found unhealthy', () => {
    const gone = { instanceId: 'i-a', unavailable: 'gone' } as const;
    expect(layOutBatches([gone, candidate('i-b')], health({ 'i-a': 'unhealthy' }), 2)).toEqual({
      batches: [['i-b']],
      skipped: { 'i-a': 'gone' },
    });
  });
});

it('chunked divides a list into equal pieces, the last of which may be shorter', () => {
  expect(chunked([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
  expect(chunked([1, 2], 2)).toEqual([[1, 2]]);
  expect(chunked([], 2)).toEqual([]);
});
