import type { ReadWindow } from '../core/analysis/read-window.ts';
import type { Point } from '../core/detection/detector.ts';

/** A monitor whose values are sent as events. */
export interface SampledMonitor {
  readonly component: string;
  readonly monitor: string;
}

/** A value that an event brought. */
export interface MetricSample extends SampledMonitor, Point {
  /** Of the event: the same event delivered twice is one sample. */
  readonly eventId: string;
}

export interface ListedSamples {
  /** Oldest first. */
  readonly samples: readonly Point[];
  /** Nothing is missing before it: the end of the range, unless it holds more than one answer does. */
  readonly completeUntilMs: number;
}

/**
 * Values that were sent as events, for some days. Every read is strongly consistent.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface MetricSamples {
  /** Safe to repeat. */
  readonly add: (samples: readonly MetricSample[]) => Promise<void>;
  /** Those from the beginning of a range on and before its end. */
  readonly list: (monitor: SampledMonitor, range: ReadWindow) => Promise<ListedSamples>;
}

/** What one answer holds at most. */
export const MOST_SAMPLES = 1_000;
