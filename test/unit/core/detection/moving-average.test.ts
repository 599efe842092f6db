import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { eventsOf, readingsOf } from './points.ts';

const series: Series = { detector: 'moving_average', periodSeconds: 300, learningHours: 0 };

describe('moving_average', () => {
  it('scores the distance from the newest twelve values in deviations of such distances', () => {
    const { gaussian } = noiseOf(4);
    const values = Array.from({ length: 201 }, () => 50 + gaussian());
    const averageAt = (row: number) => mean(values.slice(Math.max(0, row - 12), row));
    const residuals = values.slice(1, 200).map((value, index) => value - averageAt(index + 1));
    const last = readingsOf(series, values).at(-1);
    expect(last?.expected).toBeCloseTo(averageAt(200), 4);
    expect(last?.score).toBeCloseTo(
      Math.abs((values[200] ?? 0) - averageAt(200)) / standardDeviation(residuals),
      4,
    );
  });

  it('judges only when it knows a hundred distances', () => {
    const values = Array.from({ length: 101 }, (_, row) => row % 2);
    expect(readingsOf(series, [...values.slice(0, 100), 500]).at(-1)?.score).toBe(0);
    expect(readingsOf(series, [...values, 500]).at(-1)?.score).toBeGreaterThan(5);
  });

  it('follows a slow drift, and reports a step', () => {
    const { gaussian } = noiseOf(5);
    const drifting = Array.from({ length: 600 }, (_, row) => 100 + 0.05 * row + gaussian());
    const step = drifting.map((value, row) => (row >= 500 ? value + 12 : value));
    const began = (values: readonly number[]) =>
      eventsOf(readingsOf({ ...series, options: { sensitivity: 0.4 } }, values)).filter((event) =>
        event.includes('BEGAN'),
      );
    expect(began(drifting)).toEqual([]);
    expect(began(step)[0]).toMatch(/^500 BEGAN/);
  });
});
