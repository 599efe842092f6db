import { describe, expect, it } from 'vitest';
import type { Series } from '../../../../functions/core/detection/series.ts';
import { eventsOf, readingsOf } from './points.ts';

const series: Series = { detector: 'z_score', periodSeconds: 300, learningHours: 0 };

/** Mean 10, standard deviation 1. */
const alternating = (count: number) => Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 9 : 11));

describe('z_score', () => {
  it('scores the distance from the mean in standard deviations', () => {
    const [reading] = readingsOf(series, [...alternating(100), 14]).slice(-1);
    expect(reading).toMatchObject({ expected: 10, score: 4 });
  });

  it('judges from the 101st sample on', () => {
    const readings = readingsOf(series, [...alternating(99), 1_000, 1_000]);
    expect(readings[99]).toMatchObject({ score: 0, expected: undefined });
    expect(readings[100]?.score).toBeGreaterThan(3);
  });

  it.each([
    [12.9, []],
    [13, ['100 BEGAN MEDIUM']],
    [14, ['100 BEGAN HIGH']],
    [5, ['100 BEGAN CRITICAL']],
  ])('reports %s at mean 10 and deviation 1 as %j', (value, events) => {
    expect(eventsOf(readingsOf(series, [...alternating(100), value]))).toEqual(events);
  });

  it('asks for twice the deviation at sensitivity 0.35, for 55 % of it at 1', () => {
    const at = (sensitivity: number, value: number) =>
      eventsOf(readingsOf({ ...series, options: { sensitivity } }, [...alternating(100), value]));
    expect(at(0.35, 15.9)).toEqual([]);
    expect(at(0.35, 16)).toEqual(['100 BEGAN MEDIUM']);
    expect(at(1, 11.6)).toEqual([]);
    expect(at(1, 11.7)).toEqual(['100 BEGAN MEDIUM']);
  });

  it('never scores a steady ramp above √3', () => {
    const scores = readingsOf(
      series,
      Array.from({ length: 2_000 }, (_, row) => 100 + row),
    ).map(({ score }) => score);
    expect(Math.max(...scores)).toBeLessThan(Math.sqrt(3) + 0.02);
    expect(Math.max(...scores)).toBeGreaterThan(1.7);
  });

  it('lets a constant series change by 0.2 %, and reports a change of 1 %', () => {
    const constant = Array.from({ length: 150 }, () => 50);
    expect(eventsOf(readingsOf(series, [...constant, 50.1]))).toEqual([]);
    expect(eventsOf(readingsOf(series, [...constant, 50.5]))).toEqual(['150 BEGAN CRITICAL']);
  });
});
