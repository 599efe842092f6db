import type { ReadWindow, SeriesRead } from '../core/analysis/read-window.ts';
import type { CloudWatchSource } from '../core/analysis/watched-series.ts';

/** One series, and the periods that are to be read of it. */
export interface SeriesQuery {
  readonly source: CloudWatchSource;
  readonly periodSeconds: number;
  readonly window: ReadWindow;
}

export interface MetricDataAnswer {
  /** In the order of the queries; `undefined` where nothing is known of a series. */
  readonly reads: readonly (SeriesRead | undefined)[];
  /** What the service said about the answer, such as why a series could not be read. */
  readonly notes: readonly string[];
}

/** Reads metrics in bulk. */
export interface MetricData {
  /**
   * Reads many series in few calls.
   *
   * @throws ServiceError if nothing is known of any of them
   */
  readonly read: (queries: readonly SeriesQuery[]) => Promise<MetricDataAnswer>;
}
