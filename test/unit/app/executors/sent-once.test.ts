import { describe, expect, it } from 'vitest';
import { isFirstTry } from '../../../../functions/app/executors/sent-once.ts';
import type { RecordedChange } from '../../../../functions/core/operation/recorded-change.ts';

const THEIRS: RecordedChange = { before: 'null', intended: '"begun by another"' };

/** Records of which the first that is written stays. */
function recordsWith(earlier?: RecordedChange) {
  const kept: RecordedChange[] = [];
  const keep = async (change: RecordedChange) => {
    kept.push(change);
    return kept[0] ?? change;
  };
  return { kept, changes: { keep, sinceMs: 0, ...(earlier && { earlier }) } };
}

describe('a try of a step', () => {
  it('is the first where nothing is on record, and is so again when it asks again', async () => {
    const { kept, changes } = recordsWith();
    expect(await isFirstTry(changes)).toBe(true);
    expect(await isFirstTry(changes, THEIRS)).toBe(true);
    expect(kept).toEqual([{ before: 'null', intended: '"begun"' }]);
  });

  it('is not the first where an earlier one is on record, or another was faster', async () => {
    expect(await isFirstTry(recordsWith(THEIRS).changes)).toBe(false);
    const { kept, changes } = recordsWith();
    kept.push(THEIRS);
    expect(await isFirstTry(changes)).toBe(false);
    expect(await isFirstTry(changes)).toBe(false);
  });
});
