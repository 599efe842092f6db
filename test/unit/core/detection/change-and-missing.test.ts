import { describe, expect, it } from 'vitest';
import {
  elapseSeries,
  noteChange,
  observeSeries,
} from '../../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { pointsOf, START_MS } from './points.ts';

const MINUTE_MS = 60_000;

describe('change', () => {
  const series: Series = { detector: 'change', periodSeconds: 300, learningHours: 0 };
  const usual = Array.from({ length: 60 }, (_, row) => (row % 2 === 0 ? 95 : 105));

  /** Scores of the rows after a change. */
  function scoresAfter(values: readonly number[], isNoted = true): readonly number[] {
    const points = pointsOf([...usual, ...values]);
    const learned = observeSeries(series, startSeries(series), points.slice(0, 60)).state;
    const noted = isNoted ? noteChange(series, learned, START_MS + 60 * 300_000) : learned;
    return observeSeries(series, noted, points.slice(60)).readings.map(({ score }) => score);
  }

  it('compares the mean since a change with the mean before it', () => {
    const scores = scoresAfter([120, 120, 120, 120]);
    expect(scores.slice(0, 2)).toEqual([0, 0]);
    expect(scores[2]).toBeCloseTo(20 / (5 * Math.sqrt(1 / 3 + 1 / 60 + 0.1)), 4);
    expect(scores[3]).toBeCloseTo(20 / (5 * Math.sqrt(1 / 4 + 1 / 60 + 0.1)), 4);
  });

  it('compares with an hour of rows at least', () => {
    const scoreAfter = (rows: number) => {
      const points = pointsOf([...usual.slice(0, rows), 120, 120, 120]);
      const learned = observeSeries(series, startSeries(series), points.slice(0, rows)).state;
      const noted = noteChange(series, learned, START_MS + rows * 300_000);
      return observeSeries(series, noted, points.slice(rows)).readings.at(-1)?.score;
    };
    expect(scoreAfter(11)).toBe(0);
    expect(scoreAfter(12)).toBeCloseTo(20 / (5 * Math.sqrt(1 / 3 + 1 / 60 + 0.1)), 4);
  });

  it('takes two percent of the mean for its deviation where there was none', () => {
    const points = pointsOf([...usual.map(() => 200), 210, 210, 210]);
    const learned = observeSeries(series, startSeries(series), points.slice(0, 60)).state;
    const noted = noteChange(series, learned, START_MS + 60 * 300_000);
    const { readings } = observeSeries(series, noted, points.slice(60));
    expect(readings.at(-1)?.score).toBeCloseTo(10 / (4 * Math.sqrt(1 / 3 + 1 / 60 + 0.1)), 4);
  });

  it('says nothing of a shift without a change', () => {
    expect(scoresAfter([500, 500, 500, 500], false)).toEqual([0, 0, 0, 0]);
  });

  it('says nothing two hours after a change', () => {
    const scores = scoresAfter(Array.from({ length: 30 }, () => 120));
    expect(scores.slice(2, 24).every((score) => score > 4)).toBe(true);
    expect(scores.slice(24)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('missing', () => {
  const series: Series = { detector: 'missing', periodSeconds: 60, learningHours: 0 };

  /** The readings at a minute without a point, after points at others. */
  function silentAt(minutes: readonly number[], nowMinute: number) {
    const points = minutes.map((minute) => ({ atMs: START_MS + minute * MINUTE_MS, value: 1 }));
    const { state } = observeSeries(series, startSeries(series), points);
    return elapseSeries(series, state, START_MS + nowMinute * MINUTE_MS);
  }

  it.each([
    [12, undefined],
    [13, 'MEDIUM'],
    [15, 'HIGH'],
    [20, 'CRITICAL'],
  ])('judges, after points up to minute 10, that minute %i is %s', (minute, tier) => {
    const { readings } = silentAt([8, 9, 10], minute);
    expect(readings[0]?.tier).toBe(tier);
  });

  it('scales with the gaps that a series usually has', () => {
    expect(silentAt([0, 10, 20], 45).readings[0]).toMatchObject({ score: 2.5, event: undefined });
    expect(silentAt([0, 10, 20], 55).readings[0]).toMatchObject({ event: 'BEGAN' });
  });

  it('ends with the first point', () => {
    const { state } = silentAt([8, 9, 10], 20);
    const points = [{ atMs: START_MS + 21 * MINUTE_MS, value: 1 }];
    expect(observeSeries(series, state, points).readings[0]).toMatchObject({ event: 'ENDED' });
  });

  it('has no opinion about a series that never had a point', () => {
    expect(elapseSeries(series, startSeries(series), START_MS).readings).toEqual([]);
  });
});
