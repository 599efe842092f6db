import { describe, expect, it } from 'vitest';
import { noteChange, observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { noiseOf } from '../../../factories/noise.ts';
import { eventsOf, pointsOf, readingsOf, START_MS } from './points.ts';

const series: Series = { detector: 'seasonal', periodSeconds: 300 };
const DAY = 288;

/** A service that is busy at noon, with 5 % noise. */
function busyDays(days: number, seed = 1, rowsADay = DAY): number[] {
  const { gaussian } = noiseOf(seed);
  return Array.from({ length: days * rowsADay }, (_, row) => {
    const usual = 200 - 150 * Math.cos((2 * Math.PI * row) / rowsADay);
    return usual * (1 + 0.05 * gaussian());
  });
}

function at(
  values: readonly number[],
  from: number,
  to: number,
  change: (value: number) => number,
): number[] {
  return values.map((value, row) => (row >= from && row < to ? change(value) : value));
}

/** The rows among some that alarm. */
function alarmsIn(readings: ReturnType<typeof readingsOf>, from: number, to: number): readonly number[] {
  return readings.flatMap(({ event }, row) =>
    row >= from && row < to && (event === 'BEGAN' || event === 'ROSE' || event === 'AGAIN') ? [row] : [],
  );
}

describe('seasonal', () => {
  it('expects what the same half-hour of the days before has shown', () => {
    const readings = readingsOf(series, busyDays(5));
    const noon = readings[4 * DAY + 144]?.expected ?? 0;
    const midnight = readings[4 * DAY]?.expected ?? 0;
    expect(Math.abs(noon - 350)).toBeLessThan(20);
    expect(Math.abs(midnight - 50)).toBeLessThan(5);
  });

  it.each([
    ['a spike of three times the value', 2, 7 * DAY + 100, 3, (value: number) => 3 * value],
    ['an outage', 1, 7 * DAY + 150, 12, () => 0],
    ['a busy night', 2, 7 * DAY - 30, 24, (value: number) => value + 150],
    ['60 % more than usual, early in the morning', 24, 7 * DAY + 60, 200, (value: number) => 1.6 * value],
  ])('notices %s within %i rows', (_, within, from, rows, change) => {
    const readings = readingsOf(series, at(busyDays(9), from, from + rows, change));
    expect(alarmsIn(readings, from, from + within).length).toBeGreaterThan(0);
  });

  it('pages for an outage at noon, not for one odd row', () => {
    const outage = readingsOf(
      series,
      at(busyDays(9), 7 * DAY + 144, 7 * DAY + 156, () => 0),
    );
    expect(eventsOf(outage).some((event) => event.endsWith('CRITICAL'))).toBe(true);
    const odd = readingsOf(
      series,
      at(busyDays(9), 7 * DAY + 144, 7 * DAY + 145, (value) => 1.5 * value),
    );
    expect(eventsOf(odd).some((event) => event.includes('CRITICAL'))).toBe(false);
  });

  it('notices the same outage in one-minute rows, with few alarms before it', () => {
    const minutes: Series = { ...series, periodSeconds: 60 };
    const from = 7 * 1_440 + 720;
    const values = at(busyDays(9, 3, 1_440), from, from + 60, () => 0);
    const readings = readingsOf(minutes, values);
    expect(alarmsIn(readings, from, from + 15).length).toBeGreaterThan(0);
    expect(alarmsIn(readings, 1_440, from).length).toBeLessThanOrEqual(8);
  });

  it('never alarms for a constant series, and does when it changes by a tenth', () => {
    const constant = Array.from({ length: 3 * DAY }, () => 40);
    expect(eventsOf(readingsOf(series, constant))).toEqual([]);
    expect(alarmsIn(readingsOf(series, [...constant, 44, 44]), 3 * DAY, 3 * DAY + 2).length).toBe(1);
    expect(alarmsIn(readingsOf(series, [...constant, 40.1, 40.1]), 3 * DAY, 3 * DAY + 2)).toEqual([]);
  });

  it('goes on after a gap of two days', () => {
    const points = pointsOf(busyDays(9)).filter(
      ({ atMs }) => atMs < START_MS + 4.5 * 86_400_000 || atMs > START_MS + 6.5 * 86_400_000,
    );
    const { readings } = observeSeries(series, startSeries(series), points);
    expect(readings.slice(4.5 * DAY, 4.5 * DAY + 72).filter(({ event }) => event === 'BEGAN')).toEqual([]);
  });

  it('follows a known change to another level instead of alarming', () => {
    const before = 7 * DAY;
    const points = pointsOf(at(busyDays(10), before, 10 * DAY, (value) => value + 300));
    const learned = observeSeries(series, startSeries(series), points.slice(0, before)).state;
    const unknown = observeSeries(series, learned, points.slice(before)).readings;
    const changed = noteChange(series, learned, START_MS + before * 300_000);
    const known = observeSeries(series, changed, points.slice(before)).readings;
    expect(alarmsIn(unknown, 0, 12).length).toBeGreaterThan(0);
    expect(alarmsIn(known, 0, DAY)).toEqual([]);
    expect(Math.abs((known[DAY + 144]?.expected ?? 0) - 650)).toBeLessThan(40);
  });
});
