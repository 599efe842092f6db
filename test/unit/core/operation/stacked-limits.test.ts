import { describe, expect, it } from 'vitest';
import { heldBack, othersThatIsolated } from '../../../../functions/core/operation/stacked-limits.ts';
import type { TimeLimit } from '../../../../functions/core/operation/time-limit.ts';

const limit = (targets: readonly string[], more: Partial<TimeLimit> = {}): TimeLimit => ({
  ...{ component: 'web', targets, dueAtMs: 0, limitSeconds: 600, afterLimit: 'lift' },
  ...more,
});
const FIRST = limit(['a', 'b']);
const LIMITS = {
  first: FIRST,
  second: limit(['b']),
  'first/third': limit(['a'], { isolatedBy: 'first', isolatedAgainBy: ['fourth'] }),
  elsewhere: limit(['c'], { isolatedAgainBy: ['fifth'] }),
};

describe('isolations of the same hosts, one after another', () => {
  it('are those that other limits of the hosts, or its own, name', () => {
    expect(othersThatIsolated(LIMITS, 'first', FIRST)).toEqual(['second', 'fourth']);
    const again = { ...FIRST, isolatedAgainBy: ['second', 'sixth'] };
    expect(othersThatIsolated(LIMITS, 'first', again)).toEqual(['second', 'fourth', 'sixth']);
    expect(othersThatIsolated(LIMITS, 'elsewhere', LIMITS.elsewhere)).toEqual(['fifth']);
  });

  it('hold back the hosts on which a later one is to be lifted first', () => {
    const held = (...isolatedAgainBy: readonly string[]) =>
      heldBack(LIMITS, 'first', { ...FIRST, isolatedAgainBy });
    expect(held('second')).toEqual(['b']);
    expect(held('second', 'first')).toEqual(['a', 'b']);
    expect(held('fourth')).toEqual([]);
    expect(heldBack(LIMITS, 'first', FIRST)).toEqual([]);
  });
});
