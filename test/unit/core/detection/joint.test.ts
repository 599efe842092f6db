import { describe, expect, it } from 'vitest';
import {
  type JointRow,
  type JointSeries,
  observeJoint,
  packJoint,
  startJoint,
  unpackJoint,
} from '../../../../functions/core/detection/joint.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { START_MS } from './points.ts';

const series: JointSeries = { dimensions: 2, learningHours: 0 };

/** Requests and processor time, which go together. */
function together(count: number, seed = 1): JointRow[] {
  const { gaussian } = noiseOf(seed);
  return Array.from({ length: count }, (_, row) => {
    const load = gaussian();
    return {
      atMs: START_MS + row * 300_000,
      values: [1_000 + 100 * load, 50 + 10 * (0.95 * load + Math.sqrt(1 - 0.95 ** 2) * gaussian())],
    };
  });
}

function lastOf(rows: readonly JointRow[], watched = series) {
  return observeJoint(watched, startJoint(watched), rows).readings.at(-1);
}

const then = (rows: readonly JointRow[], values: readonly number[]): JointRow[] => [
  ...rows,
  { atMs: START_MS + rows.length * 300_000, values },
];

describe('joint', () => {
  it('sees two series part, though each is in its usual range', () => {
    const rows = together(1_500);
    const apart = lastOf(then(rows, [1_150, 35]));
    const highTogether = lastOf(then(rows, [1_150, 65]));
    expect(apart).toMatchObject({ event: 'BEGAN' });
    expect(highTogether).toMatchObject({ event: undefined });
  });

  it('is the z of the squared Mahalanobis distance, by the inverse of a 2 × 2 covariance', () => {
    const corners = [
      [8, 19],
      [12, 21],
      [8, 21],
      [12, 19],
    ];
    const rows = Array.from({ length: 400 }, (_, row) => ({
      atMs: START_MS + row * 300_000,
      values: corners[row % 4] ?? [],
    }));
    // Variances 4 and 1, no covariance: the distance of (16, 22) squared is 36/4 + 4/1 = 13.
    const z = (Math.cbrt(13 / 2) - (1 - 1 / 9)) / Math.sqrt(1 / 9);
    const last = lastOf(then(rows, [16, 22]));
    expect(last?.score).toBeCloseTo(z, 1);
    expect(last?.shares[0]).toBeCloseTo(9 / 13, 2);
  });

  it('scores plain rows like a standard normal, and hardly alarms', () => {
    const { readings } = observeJoint(series, startJoint(series), together(5_000, 3));
    const scores = readings.slice(500).map(({ score }) => score);
    expect(scores.filter((score) => score > 3).length / scores.length).toBeLessThan(0.01);
    expect(readings.filter(({ event }) => event === 'BEGAN')).toEqual([]);
  });

  it('bears series that always move together, and constant ones', () => {
    const rows = together(500).map((row) => ({
      ...row,
      values: [row.values[0] ?? 0, row.values[0] ?? 0, 7],
    }));
    const watched = { ...series, dimensions: 3 };
    const { readings } = observeJoint(watched, startJoint(watched), rows);
    expect(readings.every(({ score }) => Number.isFinite(score))).toBe(true);
    expect(readings.filter(({ event }) => event)).toEqual([]);
  });

  it('leaves out rows that are late or incomplete', () => {
    const rows = together(10);
    const { readings } = observeJoint(series, startJoint(series), [
      ...rows,
      rows[3] ?? { atMs: 0, values: [] },
      { atMs: START_MS + 1e9, values: [1, Number.NaN] },
      { atMs: START_MS + 1e9, values: [1] },
    ]);
    expect(readings.length).toBe(10);
  });

  it('goes on as if it had never been packed, in under 4 KB for 16 series', () => {
    const rows = together(300);
    const half = observeJoint(series, startJoint(series), rows.slice(0, 150)).state;
    const unpacked = unpackJoint(series, packJoint(half));
    const whole = observeJoint(series, startJoint(series), rows).readings.slice(150);
    expect(observeJoint(series, unpacked ?? startJoint(series), rows.slice(150)).readings).toEqual(whole);
    expect(unpackJoint({ dimensions: 3 }, packJoint(half))).toBeUndefined();
    expect(packJoint(startJoint({ dimensions: 16 })).length).toBeLessThan(4_096);
  });
});
