import { describe, expect, it } from 'vitest';
import { judge, noAlarms } from '../../../../functions/core/detection/alarm.ts';
import type { Bars } from '../../../../functions/core/detection/detector.ts';

/** The rows of events among scores, as `3 BEGAN HIGH`. */
function eventsOf(bars: Bars, scores: readonly number[], mutedRows = 0): readonly string[] {
  const memory = noAlarms();
  return scores.flatMap((score, row) => {
    const { event, tier } = judge(memory, score, bars, row < mutedRows);
    return event ? [`${row} ${event} ${tier}`] : [];
  });
}

const quiet = (rows: number) => Array.from({ length: rows }, () => 0);

describe('the alarms of a series', () => {
  it('begin at a bar, rise with the tier, and end after six rows below half the lowest bar', () => {
    const scores = [2.9, 3, 3.5, 4, 1.6, ...quiet(7)];
    expect(eventsOf({ tiers: [3, 4, 5] }, scores)).toEqual([
      '1 BEGAN MEDIUM',
      '3 ROSE HIGH',
      '10 ENDED HIGH',
    ]);
  });

  it('do not end while a score is above half the lowest bar', () => {
    expect(eventsOf({ tiers: [3, 4, 5] }, [3, ...quiet(5), 1.5, ...quiet(5)])).toEqual(['0 BEGAN MEDIUM']);
  });

  it('come again only after the refractory time, and then above a raised bar', () => {
    const bars: Bars = { tiers: [3, 40, 50], refractoryRows: 10, risePerAlarm: 0.5, forgetRows: 1e9 };
    expect(eventsOf(bars, [3, ...quiet(8), 9, 4.4, 4.5])).toEqual([
      '0 BEGAN MEDIUM',
      '6 ENDED MEDIUM',
      '11 BEGAN MEDIUM',
    ]);
    expect(
      eventsOf(
        bars,
        Array.from({ length: 12 }, () => 9),
      ),
    ).toEqual(['0 BEGAN MEDIUM', '11 AGAIN MEDIUM']);
  });

  it('rise within the refractory time, and do not come again with that', () => {
    const bars: Bars = { tiers: [3, 6, 50], refractoryRows: 10, risePerAlarm: 0.5, forgetRows: 1e9 };
    expect(eventsOf(bars, [3, 7])).toEqual(['0 BEGAN MEDIUM', '1 ROSE HIGH']);
  });

  it('forget after a while what raised their bar', () => {
    const bars: Bars = { tiers: [3, 40, 50], refractoryRows: 0, risePerAlarm: 0.5, forgetRows: 10 };
    const lastEvent = (rows: number) => eventsOf(bars, [3, ...quiet(rows - 1), 3.6]).at(-1);
    expect(lastEvent(10)).toBe('10 BEGAN MEDIUM');
    expect(lastEvent(9)).toBe('6 ENDED MEDIUM');
  });

  it('need a sustained score in the highest tier, where a rate says so', () => {
    const bars: Bars = { tiers: [3, 20, 5], sustainRate: 0.5 };
    expect(eventsOf(bars, [8, 4, ...quiet(1)])).toEqual(['0 BEGAN MEDIUM']);
    expect(eventsOf(bars, [8, 8])).toEqual(['0 BEGAN MEDIUM', '1 ROSE CRITICAL']);
  });

  it('begin for nobody while their rows are muted, and raise no bar', () => {
    const bars: Bars = { tiers: [3, 40, 50], refractoryRows: 10, risePerAlarm: 0.5, forgetRows: 1e9 };
    expect(eventsOf(bars, [9, 9, 3], 2)).toEqual(['2 BEGAN MEDIUM']);
  });
});
