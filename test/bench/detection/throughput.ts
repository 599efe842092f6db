import { mean, standardDeviation } from 'simple-statistics';
import { DETECTOR_NAMES, type DetectorName } from '../../../functions/core/detection/detectors.ts';
import { observeSeries } from '../../../functions/core/detection/observe-series.ts';
import { packState } from '../../../functions/core/detection/packed-state.ts';
import { type Series, startSeries } from '../../../functions/core/detection/series.ts';
import { generatedNoise } from './clean-series.ts';

export interface Throughput {
  readonly name: string;
  /** On one core: by processor time, which other processes on the machine do not change. */
  readonly pointsPerSecond: number;
  readonly stateBytes: number | undefined;
}

const BATCH = 288;
const WINDOW = 288;

/** The detectors, and beside them a z-score that a library computes from a window for every point. */
export function measureThroughput(points: number): readonly Throughput[] {
  const [{ points: noise } = { points: [] }] = generatedNoise(300, 1);
  const rows = Array.from({ length: points }, (_, row) => ({
    atMs: row * 300_000,
    value: noise[row % noise.length]?.value ?? 0,
  }));
  const detectors = DETECTOR_NAMES.map((detector) => measureDetector(detector, rows));
  const seconds = secondsOf(() => {
    for (let row = WINDOW; row < rows.length / 10; row++) {
      const window = rows.slice(row - WINDOW, row).map(({ value }) => value);
      const score = ((rows[row]?.value ?? 0) - mean(window)) / standardDeviation(window);
      if (Number.isNaN(score)) throw new Error(`row ${row} has no score`);
    }
  });
  return [
    ...detectors,
    {
      name: `simple-statistics, z of the last ${WINDOW}`,
      pointsPerSecond: (rows.length / 10 - WINDOW) / seconds,
      stateBytes: undefined,
    },
  ];
}

function measureDetector(
  detector: DetectorName,
  rows: readonly { atMs: number; value: number }[],
): Throughput {
  const series: Series = { detector, periodSeconds: 300 };
  const few = rows;
  const once = () => {
    let state = startSeries(series);
    for (let row = 0; row < few.length; row += BATCH) {
      state = observeSeries(series, state, few.slice(row, row + BATCH)).state;
    }
    return state;
  };
  const state = once();
  return {
    name: detector,
    pointsPerSecond: few.length / secondsOf(once),
    stateBytes: packState(series, state).length,
  };
}

function secondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
