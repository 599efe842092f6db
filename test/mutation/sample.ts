import { createHash } from 'node:crypto';
import type { SourceChange } from './source-change.ts';

export interface Sample {
  /** Of each folder; `Infinity` takes all. */
  readonly size: number;
  readonly seed: string;
}

/**
 * Draws `size` of each folder. What is drawn depends on the seed and on each change's own text, so that a mutant keeps its
 * rank when lines move or others come and go: a sample changes only where the code does.
 */
export function draw<Change extends SourceChange>(
  changes: readonly Change[],
  { size, seed }: Sample,
): ReadonlySet<Change> {
  const folders = Map.groupBy(changes, ({ folder }) => folder);
  return new Set(
    [...folders.values()].flatMap((members) =>
      ranked(members, seed)
        .slice(0, size)
        .map(({ change }) => change),
    ),
  );
}

function ranked<Change extends SourceChange>(changes: readonly Change[], seed: string) {
  return changes
    .map((change) => ({ change, rank: rankOf(change, seed) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.change.line - b.change.line));
}

function rankOf({ path, mutator, original, replacement, context }: SourceChange, seed: string): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, path, mutator, original, replacement, context]))
    .digest('hex');
}
