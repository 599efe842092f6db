import { describe, expect, it } from 'vitest';
import { draw } from '../../mutation/sample.ts';
import { changeIn } from './changes.ts';

const FEW = ['a', 'b', 'c', 'd', 'e', 'f'].map((original) => changeIn('functions/core/signal', { original }));

describe('drawing a sample', () => {
  it('draws as many of each folder as it is asked for, or all there are', () => {
    const others = ['x', 'y'].map((original) => changeIn('functions/app', { original }));
    const drawn = [...draw([...FEW, ...others], { size: 3, seed: '1' })];
    expect(drawn.filter(({ folder }) => folder === 'functions/core/signal')).toHaveLength(3);
    expect(drawn.filter(({ folder }) => folder === 'functions/app')).toHaveLength(2);
  });

  it('draws the same ones again with the same seed, whatever their order and lines', () => {
    const moved = FEW.toReversed().map((change) => ({ ...change, line: change.line + 10 }));
    expect(originalsOf(moved, '1')).toEqual(originalsOf(FEW, '1'));
  });

  it('draws others with another seed', () => {
    const samples = ['1', '2', '3', '4', '5'].map((seed) => originalsOf(FEW, seed).join());
    expect(new Set(samples).size).toBeGreaterThan(1);
  });

  it('replaces one at most when one mutant more is there', () => {
    const before = originalsOf(FEW, '1');
    const after = originalsOf([...FEW, changeIn('functions/core/signal', { original: 'new' })], '1');
    expect(before.filter((original) => !after.includes(original)).length).toBeLessThanOrEqual(1);
  });
});

function originalsOf(changes: Parameters<typeof draw>[0], seed: string): readonly string[] {
  return [...draw(changes, { size: 3, seed })].map(({ original }) => original).toSorted();
}
