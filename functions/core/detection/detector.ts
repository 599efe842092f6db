/** One sample of a series. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
  /** Of all series that are watched together; `value` is that of the first. @default there is one series */
  readonly values?: readonly number[];
}

/** Which deviations from the expected value count. */
export const DIRECTIONS = ['above', 'below', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/**
 * All that a detector remembers of a series. Arrays have a fixed length, and nothing is optional: the memory that `start`
 * returns is the layout in which it is packed.
 */
export type Memory = number | Float32Array | { [field: string]: Memory };

/** A point as detectors see it: in order, finite, counters differenced. */
export interface Row {
  readonly atMs: number;
  readonly value: number;
  readonly values?: readonly number[];
  /** How far apart the series' points are meant to be. */
  readonly periodMs: number;
}

export interface Estimate {
  /** How unusual the value is: 0 is ordinary. Each detector has a scale of its own, see its `bars`. */
  readonly score: number;
  /** `undefined` while the detector knows too little to expect anything. */
  readonly expected: number | undefined;
  /** Of series that are watched together, which one is meant, and its value. @default there is one series */
  readonly part?: number;
  readonly value?: number;
}

/** When a score is an anomaly. */
export interface Bars {
  /** The score from which an anomaly is of each tier, the lowest first. */
  readonly tiers: readonly [number, number, number];
  /** Rows after an alarm in which its tier and those below do not alarm again. @default 0 */
  readonly refractoryRows?: number;
  /** By how much, as a share of the bar, each recent alarm raises it. @default 0 */
  readonly risePerAlarm?: number;
  /** Rows in which what raised a bar falls to a third. @default 1 */
  readonly forgetRows?: number;
  /** The highest tier, which pages, is judged by a running average of the score: its rate. @default 1, the score itself */
  readonly sustainRate?: number;
  /** Rows in a row below half the lowest bar that end an anomaly. @default 6 */
  readonly calmRows?: number;
  /** Whether an open anomaly falls to a lower tier after as many rows below its own. @default false */
  readonly falls?: boolean;
}

/**
 * A streaming detector. `observe` and its siblings write to the memory that they are given, because a copy for every point
 * would cost more than the detector: observe-series.ts makes one for every batch, and is pure.
 */
export interface Detector<M extends Memory = Memory, O = unknown> {
  /** Options that are left out. */
  readonly defaults: O;
  bars(options: O, periodMs: number): Bars;
  start(options: O): M;
  observe(memory: M, row: Row, options: O): Estimate;
  /** What it means that nothing has arrived by now. Detectors without it have no opinion about silence. */
  silence?(memory: M, nowMs: number, periodMs: number, options: O): Estimate;
  /** This much time passed in which the source could not be asked. Detectors without it have no opinion about silence. */
  unknown?(memory: M, unknownMs: number): void;
  /** Someone changed the component: what was learned may no longer hold. */
  change?(memory: M, atMs: number, periodMs: number, options: O): void;
}

/** How grave an anomaly is. Only the upper tiers are for paging and healing. */
export const TIERS = ['MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Tier = (typeof TIERS)[number];
