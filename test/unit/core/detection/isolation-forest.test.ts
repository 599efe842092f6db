import { describe, expect, it } from 'vitest';
import type { Series } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { readingsOf } from './points.ts';

const series: Series = { detector: 'isolation_forest', periodSeconds: 300, learningHours: 0 };

function noisy(count: number): number[] {
  const { gaussian } = noiseOf(6);
  return Array.from({ length: count }, () => 100 + 10 * gaussian());
}

const lastScore = (values: readonly number[]) => readingsOf(series, values).at(-1)?.score ?? Number.NaN;

describe('isolation_forest', () => {
  it('judges from the 101st sample on', () => {
    expect(lastScore([...noisy(99), 1_000])).toBe(0);
    expect(lastScore([...noisy(100), 1_000])).toBeGreaterThan(2.9);
  });

  it('isolates a spike sooner the farther it is, and leaves an ordinary value alone', () => {
    const [ordinary, far, farther] = [103, 150, 400].map((value) => lastScore([...noisy(300), value]));
    expect(ordinary).toBeLessThan(1);
    expect(far).toBeGreaterThan(2.9);
    expect(farther).toBeGreaterThan(far ?? 0);
  });

  it('sees a value between two clusters that no standard deviation shows', () => {
    const { gaussian } = noiseOf(7);
    const clusters = Array.from({ length: 300 }, (_, row) => (Math.floor(row / 20) % 2) * 100 + gaussian());
    expect(lastScore([...clusters, 50])).toBeGreaterThan(2.9);
  });

  it('gives a constant series no score, whatever its value', () => {
    expect(lastScore(Array.from({ length: 300 }, () => 7))).toBeLessThan(0.5);
  });

  it('reports one row in a hundred of plain noise at most', () => {
    const alarms = readingsOf(series, noisy(2_000)).filter(({ event }) => event === 'BEGAN');
    expect(alarms.length).toBeLessThanOrEqual(20);
  });
});
