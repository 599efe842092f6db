import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onTheClock } from '../../../../local/demo/targets/embedded/on-the-clock.ts';

describe('a call on the clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 12_000 }));
  afterEach(() => void vi.useRealTimers());

  const timesOver = (everyMs: number, offsetMs: number, forMs: number) => {
    const times: number[] = [];
    const end = onTheClock(everyMs, offsetMs, () => times.push(Date.now()));
    vi.advanceTimersByTime(forMs);
    end();
    vi.advanceTimersByTime(forMs);
    return times;
  };

  it('comes at multiples of its period and an offset, whenever it was begun, until it is ended', () => {
    expect(timesOver(10_000, 50, 30_000)).toEqual([20_050, 30_050, 40_050]);
  });

  it('comes within the period that it is begun in if the offset is still ahead', () => {
    expect(timesOver(5_000, 2_500, 6_000)).toEqual([12_500, 17_500]);
  });
});
