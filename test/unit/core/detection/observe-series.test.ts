import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DETECTOR_NAMES } from '../../../../functions/core/detection/detectors.ts';
import { noteChange, observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { packState, unpackState } from '../../../../functions/core/detection/packed-state.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { eventsOf, pointsOf, readingsOf, START_MS } from './points.ts';

const series: Series = { detector: 'z_score', periodSeconds: 300, learningHours: 0 };
const alternating = (count: number) => Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 9 : 11));

describe('a series', () => {
  it.each(DETECTOR_NAMES)('goes on as if it had never been packed or cut into batches: %s', (detector) => {
    const watched: Series = { ...series, detector };
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 2, maxLength: 400 }),
        fc.nat(),
        (values, cut) => {
          const points = pointsOf(values);
          const middle = cut % points.length;
          const whole = observeSeries(watched, startSeries(watched), points);
          const first = observeSeries(watched, startSeries(watched), points.slice(0, middle));
          const unpacked = unpackState(watched, packState(watched, first.state));
          if (!unpacked) throw new Error('not unpacked');
          const second = observeSeries(watched, unpacked, points.slice(middle));
          expect([...first.readings, ...second.readings]).toEqual(whole.readings);
          expect(packState(watched, second.state)).toEqual(packState(watched, whole.state));
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(DETECTOR_NAMES)('leaves the state that it is given as it was: %s', (detector) => {
    const watched: Series = { ...series, detector };
    const before = observeSeries(watched, startSeries(watched), pointsOf(alternating(200))).state;
    const packed = packState(watched, before);
    observeSeries(watched, before, [{ atMs: START_MS + 1e9, value: 77 }]);
    expect(packState(watched, before)).toEqual(packed);
  });

  it.each(DETECTOR_NAMES)('packs into 4 KB: %s', (detector) => {
    const watched: Series = { ...series, detector };
    expect(packState(watched, startSeries(watched)).length).toBeLessThanOrEqual(4_096);
  });

  it.each(DETECTOR_NAMES)('scores a series that was constant and moves by finite figures: %s', (detector) => {
    const watched: Series = { ...series, detector };
    const values = [0, 1, 0, 1e-30, 0, 1e17, 0, 1e300, 0, -1e300, ...Array<number>(400).fill(0)];
    const constant = observeSeries(watched, startSeries(watched), pointsOf(Array<number>(1_200).fill(0)));
    expect(eventsOf(constant.readings)).toEqual([]);
    const changed = noteChange(watched, constant.state, START_MS + 1_200 * 300_000);
    const points = values.map((value, row) => ({ atMs: START_MS + (1_200 + row) * 300_000, value }));
    const { readings, state } = observeSeries(watched, changed, points);
    const all = [...constant.readings, ...readings];
    expect(all.filter(({ score }) => !Number.isFinite(score))).toEqual([]);
    expect(Number.isFinite(state.alarm.sustained)).toBe(true);
    expect(readings.filter(({ leftOut }) => leftOut).map(({ value }) => value)).toEqual([1e300, -1e300]);
  });

  it.each(['z_score', 'moving_average'] as const)('reports one error among zeros once: %s', (detector) => {
    const watched: Series = { ...series, detector };
    const values = [...Array<number>(400).fill(0), 1, ...Array<number>(400).fill(0)];
    const events = eventsOf(readingsOf(watched, values));
    expect(events).toEqual(['400 BEGAN CRITICAL', '406 ENDED CRITICAL']);
  });

  it('recovers from a state whose average is not a number', () => {
    const { state } = observeSeries(series, startSeries(series), pointsOf(alternating(200)));
    state.alarm.sustained = Number.NaN;
    const points = [10, 1_000].map((value, row) => ({ atMs: START_MS + (200 + row) * 300_000, value }));
    const { readings } = observeSeries(series, state, points);
    expect(readings.map(({ event, tier }) => [event, tier])).toEqual([
      [undefined, undefined],
      ['BEGAN', 'CRITICAL'],
    ]);
  });

  it('does not unpack a state that was kept under other options', () => {
    const packed = packState(series, startSeries(series));
    expect(unpackState({ ...series, options: { window: 120 } }, packed)).toBeUndefined();
  });

  it('leaves out points that are late, repeated or not a number', () => {
    const values = [
      { atMs: START_MS, value: 1 },
      { atMs: START_MS + 600_000, value: 2 },
      { atMs: START_MS + 600_000, value: 3 },
      { atMs: START_MS + 300_000, value: 4 },
      { atMs: START_MS + 900_000, value: Number.NaN },
      { atMs: START_MS + 900_000, value: 5 },
    ];
    const { readings, state } = observeSeries(series, startSeries(series), values);
    expect(readings.map(({ leftOut }) => leftOut)).toEqual([
      undefined,
      undefined,
      'LATE',
      'LATE',
      'NOT_A_NUMBER',
      undefined,
    ]);
    expect(state.samples).toBe(3);
  });

  it('watches a counter by its rate, and leaves out a reset', () => {
    const readings = readingsOf({ ...series, counter: true }, [100, 400, 1_000, 30, 60]);
    expect(readings.map(({ value, leftOut }) => leftOut ?? value)).toEqual([
      'COUNTER_RESET',
      1,
      2,
      'COUNTER_RESET',
      0.1,
    ]);
  });

  it.each(['above', 'below', 'both'] as const)(
    'has its score from a detector that expects no value, whatever its direction: %s',
    (direction) => {
      const watched: Series = { ...series, detector: 'isolation_forest' };
      const values = [...alternating(300), 500];
      const scoreOf = (of: Series) => readingsOf(of, values).at(-1)?.score;
      expect(scoreOf(watched)).toBeGreaterThan(0);
      expect(scoreOf({ ...watched, direction })).toBe(scoreOf(watched));
    },
  );

  it('reports only the direction that it is asked for', () => {
    const values = [...alternating(150), 2];
    expect(eventsOf(readingsOf({ ...series, direction: 'above' }, values))).toEqual([]);
    expect(eventsOf(readingsOf({ ...series, direction: 'below' }, values))).toEqual(['150 BEGAN CRITICAL']);
  });

  it('alarms nobody before it has learned, a day by default', () => {
    const values = [...alternating(287), 20, ...alternating(10), 20];
    expect(eventsOf(readingsOf({ ...series, learningHours: 24 }, values))).toEqual(['298 BEGAN CRITICAL']);
    expect(eventsOf(readingsOf({ detector: 'z_score', periodSeconds: 300 }, values))).toEqual([
      '298 BEGAN CRITICAL',
    ]);
  });

  it('reports an anomaly once, that it rose, and that it ended', () => {
    const values = [...alternating(200), 13.1, 13.1, 15.5, ...alternating(10)];
    expect(eventsOf(readingsOf(series, values))).toEqual([
      '200 BEGAN MEDIUM',
      '202 ROSE CRITICAL',
      '208 ENDED CRITICAL',
    ]);
  });
});
