import type { Point } from './detector.ts';
import type { Series, SeriesState } from './series.ts';

/**
 * Values that are watched together are of one period. After a gap of more periods than this, the rate of a counter would be
 * the average of a time of which the values beside it say nothing.
 */
const PERIODS_APART_AT_MOST = 3;

/**
 * A point with the rates of its counters, per second since the point before it, in the place of their values. The state
 * remembers them as they came.
 *
 * @param elapsedMs since the point before; NaN if there is none
 * @returns `undefined` if a counter has nothing to be compared with: it is new, was reset, or comes after a long gap
 */
export function withRates(
  { counter = false, counters = [], periodSeconds }: Series,
  state: SeriesState,
  point: Point,
  elapsedMs: number,
): Point | undefined {
  const { atMs, value, values } = point;
  const seconds = elapsedMs / 1_000;
  const grown = value - state.lastValue;
  state.lastValue = value;
  if (counter) return grown >= 0 ? { atMs, value: grown / seconds } : undefined;
  if (!values || counters.length === 0) return point;
  const rates = [...values];
  for (const place of counters) {
    const now = values[place] ?? Number.NaN;
    rates[place] = (now - (state.lastCounters[place] ?? Number.NaN)) / seconds;
    state.lastCounters[place] = now;
  }
  const isComparable =
    seconds <= PERIODS_APART_AT_MOST * periodSeconds && counters.every((place) => (rates[place] ?? -1) >= 0);
  return isComparable ? { atMs, value: rates[0] ?? value, values: rates } : undefined;
}
