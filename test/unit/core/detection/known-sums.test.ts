import { describe, expect, it } from 'vitest';
import type { DetectorName } from '../../../../functions/core/detection/detectors.ts';
import { noteChange, observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { START_MS } from './points.ts';

const DAY_MS = 86_400_000;

/** Days with a rhythm, noise and spikes; later an outage, a leak, and after a deployment another level. */
function points(rows: number, periodSeconds: number, parts: number) {
  const { gaussian } = noiseOf(11);
  return Array.from({ length: rows }, (_, row) => {
    const atMs = START_MS + row * periodSeconds * 1_000;
    const share = row / rows;
    const day = Math.sin((2 * Math.PI * atMs) / DAY_MS);
    const isOut = share >= 0.7 && share < 0.702;
    const isDeployed = share >= 0.9;
    const leak = share >= 0.8 && !isDeployed ? 400 * (share - 0.8) : 0;
    const more = leak + (row % 487 === 486 ? 60 : 0) + (isDeployed ? 25 : 0);
    const usual = 100 + 20 * day + 3 * gaussian();
    const value = isOut ? 0 : usual + more;
    const others = [50 + 10 * day + 2 * gaussian(), 10 + gaussian()];
    return { atMs, value, ...(parts > 1 && { values: [value, ...others] }) };
  });
}

function readings(detector: DetectorName, periodSeconds: number, rows: number) {
  const parts = detector === 'joint' ? 3 : 1;
  const options = parts > 1 ? { options: { dimensions: parts, leastDeviations: [1] } } : {};
  const series: Series = { detector, periodSeconds, ...options };
  const all = points(rows, periodSeconds, parts);
  const deployedAt = Math.floor(0.9 * rows);
  const before = observeSeries(series, startSeries(series), all.slice(0, deployedAt));
  const changed = noteChange(series, before.state, all[deployedAt]?.atMs ?? 0);
  return [...before.readings, ...observeSeries(series, changed, all.slice(deployedAt)).readings];
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Of all rows: the sum of the scores, how many values were expected, and their sum. */
type Sums = readonly [scores: number, expected: number, sumOfExpected: number];

const KNOWN: readonly (readonly [DetectorName, periodSeconds: number, rows: number, Sums])[] = [
  ['seasonal', 60, 8_640, [8_495.3996, 8_639, 889_874.7837]],
  ['seasonal', 300, 3_456, [1_852.3422, 3_455, 357_358.9816]],
  ['seasonal', 3_600, 960, [581.6026, 959, 98_335.0938]],
  ['z_score', 300, 3_456, [3_051.2911, 3_356, 348_352.3727]],
  ['moving_average', 300, 3_456, [2_389.4218, 3_455, 360_427.2048]],
  ['isolation_forest', 300, 600, [270.0769, 0, 0]],
  ['trend', 60, 8_640, [6_590.9291, 7_081, 725_576.1376]],
  ['trend', 300, 3_456, [11_238.3274, 2_881, 292_495.8943]],
  ['change', 300, 3_456, [161.1739, 24, 2_842.3053]],
  ['joint', 300, 3_456, [1_650.5176, 3_256, 163_232.1477]],
];

/** What a single row shows is in the known scores; here, no row may change by accident. */
describe('days of a series that are known', () => {
  it.each(KNOWN)('are judged by %s in rows of %i s as ever', (detector, periodSeconds, rows, sums) => {
    const all = readings(detector, periodSeconds, rows);
    const expected = all.flatMap((reading) => reading.expected ?? []);
    const [scores, count, sumOfExpected] = sums;
    expect(sumOf(all.map(({ score }) => score))).toBeCloseTo(scores, 3);
    expect(expected).toHaveLength(count);
    expect(sumOf(expected)).toBeCloseTo(sumOfExpected, 3);
  });
});
