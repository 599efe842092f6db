import { type AlarmMemory, noAlarms } from './alarm.ts';
import type { Detector, Direction, Memory } from './detector.ts';
import { DETECTORS, type DetectorName, type DetectorOptions } from './detectors.ts';

/** A series to watch, and how. */
export interface Series<N extends DetectorName = DetectorName> {
  readonly detector: N;
  /** What differs from the detector's defaults. */
  readonly options?: Partial<DetectorOptions<N>>;
  /** @default both */
  readonly direction?: Direction;
  /** A counter that only grows, until it is reset: its rate per second is watched. @default false */
  readonly counter?: boolean;
  /** Of series that are watched together, the places of the counters among their values. @default none */
  readonly counters?: readonly number[];
  /** How far apart points are: 10 seconds to an hour. */
  readonly periodSeconds: number;
  /** For this long after the first point, a series learns and alarms nobody. @default 24 */
  readonly learningHours?: number;
}

/** What is kept of a series between two runs. Not to be written to by anyone but core/detection. */
export type SeriesState = {
  /** Of the newest point; NaN before the first. */
  lastAtMs: number;
  /** As it came, for the difference of a counter. */
  lastValue: number;
  /** The same of counters that are watched together with others, by their places. */
  lastCounters: { [place: string]: number };
  firstAtMs: number;
  /** Points that were judged. */
  samples: number;
  alarm: AlarmMemory;
  detector: Memory;
};

export const DEFAULT_LEARNING_HOURS = 24;

export function startSeries(series: Series): SeriesState {
  return {
    lastAtMs: Number.NaN,
    lastValue: Number.NaN,
    lastCounters: Object.fromEntries((series.counters ?? []).map((place) => [place, Number.NaN])),
    firstAtMs: Number.NaN,
    samples: 0,
    alarm: noAlarms(),
    detector: detectorOf(series).start(optionsOf(series)),
  };
}

/** The options of a series, defaults included. */
export function optionsOf({ detector, options }: Series): DetectorOptions<DetectorName> {
  return { ...DETECTORS[detector].defaults, ...options };
}

/** The detector of a series, whichever it is. */
export function detectorOf({ detector }: Series): Detector {
  return DETECTORS[detector];
}
