import { describe, expect, it } from 'vitest';
import type { DetectorName } from '../../../../functions/core/detection/detectors.ts';
import { noteChange, observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';

const PERIOD_SECONDS = 300;
const ROWS_A_DAY = 288;
const SPIKE = 700;
const SHIFT = 900;

/** Days with a rhythm and noise: a spike in row 700, and from row 900 on, after a deployment, another level. */
function points(parts: number) {
  const { gaussian } = noiseOf(5);
  return Array.from({ length: 1_000 }, (_, row) => {
    const day = Math.sin((2 * Math.PI * row) / ROWS_A_DAY);
    const value = 100 + 20 * day + 3 * gaussian() + (row === SPIKE ? 60 : 0) + (row >= SHIFT ? 25 : 0);
    const others = parts === 3 ? [50 + 10 * day + 2 * gaussian(), 10 + gaussian()] : [];
    const atMs = Date.UTC(2026, 0, 5) + row * PERIOD_SECONDS * 1_000;
    return { atMs, value, ...(parts === 3 && { values: [value, ...others] }) };
  });
}

function readings(detector: DetectorName, parts = 1) {
  const options = parts === 1 ? {} : { options: { dimensions: parts } };
  const series: Series = { detector, periodSeconds: PERIOD_SECONDS, ...options };
  const all = points(parts);
  const before = observeSeries(series, startSeries(series), all.slice(0, SHIFT - 1));
  const changed = noteChange(series, before.state, all[SHIFT - 1]?.atMs ?? 0);
  return [...before.readings, ...observeSeries(series, changed, all.slice(SHIFT - 1)).readings];
}

/** Row, score and expected value. */
type Known = readonly (readonly [row: number, score: number, expected: number | undefined])[];

const KNOWN: readonly (readonly [DetectorName, number, Known])[] = [
  [
    'seasonal',
    1,
    [
      [1, 0, 100.6537],
      [150, 2.4883, 112.2968],
      [300, 0, 107.2049],
      [700, 15.1548, 108.0291],
      [701, 4.9358, 117.4031],
      [899, 0, 113.6353],
      [905, 0, 113.8858],
    ],
  ],
  [
    'z_score',
    1,
    [
      [1, 0, undefined],
      [100, 0.3224, 114.6646],
      [101, 0.7997, 114.6857],
      [150, 1.7278, 112.2968],
      [300, 0.115, 99.911],
      [650, 1.6783, 100.1117],
      [700, 4.9416, 99.8976],
      [701, 0.4569, 100.105],
      [890, 0.9242, 100.0412],
      [899, 0.5456, 100.0634],
      [901, 2.4802, 100.1201],
      [902, 2.4762, 100.2179],
      [905, 2.437, 100.5117],
      [915, 2.5931, 101.3976],
      [930, 2.0421, 102.6828],
      [999, 0.9088, 108.6618],
    ],
  ],
  [
    'moving_average',
    1,
    [
      [1, 0, 100.6537],
      [101, 2.3993, 117.4194],
      [150, 0.046, 99.6406],
      [300, 0.2571, 102.5322],
      [650, 1.3363, 119.7186],
      [700, 16.97, 110.0433],
      [701, 1.5467, 114.6899],
      [890, 0.9815, 108.6928],
      [899, 0.9538, 113.1558],
      [901, 4.0811, 115.2321],
      [902, 3.7032, 117.1463],
      [905, 2.4149, 124.2631],
      [915, 0.5657, 142.6011],
      [930, 0.2679, 143.8643],
      [999, 0.3953, 133.4242],
    ],
  ],
  [
    'isolation_forest',
    1,
    [
      [1, 0, undefined],
      [100, 0.2238, undefined],
      [101, 0.7716, undefined],
      [150, 0.6655, undefined],
      [300, 0, undefined],
      [650, 2.1608, undefined],
      [700, 3.7212, undefined],
      [701, 2.9301, undefined],
      [899, 0.3712, undefined],
      [901, 2.1442, undefined],
      [902, 1.9967, undefined],
      [905, 1.884, undefined],
      [915, 1.3916, undefined],
      [930, 1.0596, undefined],
      [999, 0.6918, undefined],
    ],
  ],
  [
    'trend',
    1,
    [
      [1, 0, undefined],
      [300, 0, 105.6276],
      [890, 1.4301, 111.2489],
      [899, 0, undefined],
      [905, 0, undefined],
    ],
  ],
  [
    'change',
    1,
    [
      [1, 0, undefined],
      [300, 0, undefined],
      [899, 0, 102.2981],
      [901, 4.9199, 102.2981],
      [902, 5.9352, 102.2981],
      [905, 8.2016, 102.2981],
      [915, 11.3468, 102.2981],
    ],
  ],
  [
    'joint',
    3,
    [
      [1, 0, undefined],
      [150, 3.0269, 10.2604],
      [300, 0, 102.0544],
      [650, 0.822, 9.9958],
      [700, 10.762, 109.3687],
      [701, 0.2482, 10.0123],
      [899, 0, undefined],
      [905, 0, undefined],
      [999, 1.8486, 136.5111],
    ],
  ],
];

/** A baseline that an earlier version has learned goes on: what it makes of a series must not change by accident. */
describe('a series that is known', () => {
  it.each(KNOWN)('is judged by %s as ever', (detector, parts, known) => {
    const all = readings(detector, parts);
    for (const [row, score, expected] of known) {
      expect(all[row]?.score, `score of row ${row}`).toBeCloseTo(score, 3);
      if (expected === undefined) expect(all[row]?.expected).toBeUndefined();
      else expect(all[row]?.expected, `expected in row ${row}`).toBeCloseTo(expected, 3);
    }
  });

  it('is judged jointly with others by the one that is furthest from what they would have it be', () => {
    const all = readings('joint', 3);
    expect([150, 300, 700, 701, 890].map((row) => all[row]?.part)).toEqual([2, 0, 0, 2, 1]);
  });
});
