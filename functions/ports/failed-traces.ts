import type { FailedTrace } from '../core/investigation/failed-trace.ts';
import type { TimeRange } from '../core/investigation/onset-windows.ts';

/** A part of the requests that failed, the newest first. It may be empty although others follow. */
export interface FailedTracesPage {
  readonly traces: readonly FailedTrace[];
  /** Traces that X-Ray looked at, which is what it charges for. */
  readonly scanned: number;
  /** Asks for the next part. @default there is none */
  readonly next?: string;
}

/**
 * Requests that failed, by X-Ray's traces. Reading only. X-Ray has those that were sampled when they were made, and looks
 * at a sample of these.
 *
 * Every method @throws NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface FailedTraces {
  /** Requests in which one of some services failed. @param names as X-Ray has them, without quotes or backslashes */
  readonly find: (names: readonly string[], range: TimeRange, next?: string) => Promise<FailedTracesPage>;
}
