import type { LogLine } from '../core/investigation/log-signatures.ts';
import type { TimeRange } from '../core/investigation/onset-windows.ts';

export interface LogSearch extends TimeRange {
  /** The name of a log group of this account and region. */
  readonly logGroup: string;
  /** Which lines are kept if there are more than `limit`. */
  readonly keep: 'oldest' | 'newest';
  readonly limit: number;
}

/** How far a search has come: a running one has found only a part. */
export interface LogSearchProgress {
  readonly status: 'running' | 'complete' | 'failed';
  readonly lines: readonly LogLine[];
  /** What AWS bills. */
  readonly bytesScanned: number;
}

/**
 * Searches log groups for lines that report errors, by CloudWatch Logs Insights. Reading only; each search costs by the
 * bytes that it scans.
 *
 * Every method @throws NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface LogSearches {
  /** @returns the search's id. @throws NotFound if there is no such log group */
  readonly start: (search: LogSearch) => Promise<string>;
  /** @param range of the search: lines outside it are left out */
  readonly read: (id: string, range: TimeRange) => Promise<LogSearchProgress>;
  /** Ends a search, and what it costs. One that has ended already stays as it is. */
  readonly stop: (id: string) => Promise<void>;
}
