import { describe, expect, it } from 'vitest';
import { countablePoints, readWindow } from '../../../../functions/core/analysis/read-window.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const SETTINGS = { settleSeconds: 120, latenessSeconds: 600, historySeconds: 86_400 };

const at = (minute: number) => NOON + minute * MINUTE_MS;

describe('the window to read of a series', () => {
  it('ends before the first period that may still change', () => {
    expect(readWindow(at(-10), 60, NOON, SETTINGS)).toEqual({ startMs: at(-10), endMs: at(-2) });
    expect(readWindow(at(-15), 300, NOON, SETTINGS)).toEqual({ startMs: at(-15), endMs: at(-5) });
  });

  it('stays empty until another period is final', () => {
    expect(readWindow(at(-2), 60, NOON, SETTINGS)).toBeUndefined();
    expect(readWindow(at(-5), 300, NOON + 60_000, SETTINGS)).toBeUndefined();
  });

  it('begins with the history of a new series', () => {
    expect(readWindow(undefined, 3_600, NOON, SETTINGS)).toEqual({
      startMs: at(-25 * 60),
      endMs: at(-60),
    });
  });

  it('spans at most 200 data points after an outage, the oldest first', () => {
    expect(readWindow(at(-1_000), 60, NOON, SETTINGS)).toEqual({ startMs: at(-1_000), endMs: at(-800) });
  });

  it.each([
    [30, 3 * 60],
    [60, 15 * 1_440],
    [300, 63 * 1_440],
  ])('begins with what CloudWatch still has: periods of %i s are kept for %i minutes', (period, minutes) => {
    const window = readWindow(at(-100 * 1_440), period, NOON, SETTINGS);
    expect(window?.startMs).toBeGreaterThanOrEqual(at(-minutes));
    expect(window?.startMs).toBeLessThanOrEqual(at(-minutes + 10));
    expect((window?.startMs ?? 1) % (period * 1_000)).toBe(0);
  });
});

describe('the points that count', () => {
  const window = { startMs: at(-20), endMs: at(-2) };
  const pointsAt = (...minutes: readonly number[]) =>
    minutes.map((minute) => ({ atMs: at(minute), value: 1 }));
  const count = (minutes: readonly number[], completeUntilMs = window.endMs) => {
    const { points, readUntilMs } = countablePoints(
      window,
      60,
      { points: pointsAt(...minutes), completeUntilMs },
      NOON,
      SETTINGS,
    );
    return [points.map(({ atMs }) => (atMs - NOON) / MINUTE_MS), (readUntilMs - NOON) / MINUTE_MS];
  };
  const all = Array.from({ length: 18 }, (_, index) => index - 20);

  it('include everything read if every period has a value', () => {
    expect(count(all)).toEqual([all, -2]);
  });

  it('stop at a gap that may still be filled', () => {
    const withGap = all.filter((minute) => minute !== -5);
    expect(count(withGap)).toEqual([all.filter((minute) => minute < -5), -5]);
  });

  it('go past a gap that is older than the longest wait', () => {
    const withGap = all.filter((minute) => minute !== -11);
    expect(count(withGap)).toEqual([withGap, -2]);
    // This one ends 9 minutes ago.
    expect(count(all.filter((minute) => minute !== -10))[1]).toBe(-10);
  });

  it('give up on old periods of a series without any data, and wait for the newer ones', () => {
    expect(count([])).toEqual([[], -10]);
  });

  it('go no further than the answer is complete', () => {
    expect(count(all, at(-15))).toEqual([[-20, -19, -18, -17, -16], -15]);
    expect(count([], window.startMs)).toEqual([[], -20]);
  });

  it('count once each, however the runs divide the time', () => {
    const points = pointsAt(
      ...Array.from({ length: 300 }, (_, index) => index - 300).filter((m) => m % 17 !== 0),
    );
    const counted: number[] = [];
    let readUntilMs: number | undefined = at(-300);
    for (let nowMs = at(-290); nowMs <= at(30); nowMs += MINUTE_MS * (1 + (nowMs % 7))) {
      const next = readWindow(readUntilMs, 60, nowMs, SETTINGS);
      if (!next) continue;
      const visible = points.filter(({ atMs }) => atMs < nowMs - 3 * MINUTE_MS && atMs >= next.startMs);
      const outcome = countablePoints(
        next,
        60,
        { points: visible, completeUntilMs: next.endMs },
        nowMs,
        SETTINGS,
      );
      counted.push(...outcome.points.map(({ atMs }) => atMs));
      readUntilMs = outcome.readUntilMs;
    }
    expect(counted).toEqual(points.map(({ atMs }) => atMs));
  });
});
