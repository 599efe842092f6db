import { describe, expect, it } from 'vitest';
import {
  judgeChange,
  plannedChange,
  type RecordedChange,
  reversed,
} from '../../../../functions/core/operation/recorded-change.ts';

const change = (before: number | null, intended: number | null): RecordedChange => {
  const planned = plannedChange(before, intended);
  if (!planned) throw new Error('nothing to change');
  return planned;
};

describe('a change that was recorded before it was made', () => {
  it('counts as done where the value is the intended one', () => {
    expect(judgeChange(change(2, 5), 5)).toBe('done');
  });

  it('may be sent, and sent again, while the value is as it was before', () => {
    expect(judgeChange(change(2, 5), 2)).toBe('send');
  });

  it.each([3, null, 0])('never overwrites %s, which someone else has set', (theirs) => {
    expect(judgeChange(change(2, 5), theirs)).toBe('foreign');
  });

  it('distinguishes a missing setting from one that is zero', () => {
    expect(judgeChange(change(null, 5), null)).toBe('send');
    expect(judgeChange(change(null, 5), 0)).toBe('foreign');
    expect(judgeChange(reversed(change(null, 5)), 0)).toBe('foreign');
  });

  it('may be undone only while the value is the intended one', () => {
    const undo = reversed(change(2, 5));
    expect(judgeChange(undo, 5)).toBe('send');
    expect(judgeChange(undo, 2)).toBe('done');
    expect(judgeChange(undo, 6)).toBe('foreign');
  });

  it('does not arise where the value is already the intended one', () => {
    expect(plannedChange({ version: '4', weights: {} }, { weights: {}, version: '4' })).toBeUndefined();
  });

  it('compares the parts of a value, in whatever order a service lists them', () => {
    const planned = plannedChange({ version: '4', weights: { 5: 0.1 } }, { version: '4', weights: {} });
    if (!planned) throw new Error('nothing to change');
    expect(judgeChange(planned, { weights: { 5: 0.1 }, version: '4' })).toBe('send');
    expect(judgeChange(planned, { weights: { 5: 0.2 }, version: '4' })).toBe('foreign');
    expect(judgeChange(planned, { weights: {}, version: '4' })).toBe('done');
  });
});
