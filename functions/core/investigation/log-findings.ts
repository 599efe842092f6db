import { shortReason } from '../signal/event-values.ts';
import { countedLine, timeOf } from './finding-lines.ts';
import type { Findings } from './findings.ts';
import type { LogSignature } from './log-signatures.ts';

/** What the searches in one log group have found. */
export interface SearchedGroup {
  readonly logGroup: string;
  /** Absent if it could not be searched. */
  readonly signatures?: readonly LogSignature[];
  /** Why it was not searched, or only in part. */
  readonly problems: readonly string[];
  readonly bytesScanned: number;
}

const SHOWN = 5;
const BYTES_A_GIGABYTE = 1e9;

/** The most frequent new signatures of all groups, and what could not be read. */
export function logFindings(sinceMs: number, groups: readonly SearchedGroup[]): Findings {
  const isOne = groups.length === 1;
  const all = groups
    .flatMap(({ logGroup, signatures = [] }) => signatures.map((each) => ({ ...each, logGroup })))
    .sort((one, other) => other.count - one.count || one.firstMs - other.firstMs);
  const searched = groups.filter(({ signatures }) => signatures);
  const gigabytes = groups.reduce((sum, { bytesScanned }) => sum + bytesScanned, 0) / BYTES_A_GIGABYTE;
  return {
    outcome: searched.length > 0 ? 'SUCCEEDED' : 'FAILED',
    isNews: all.length > 0,
    lines: [
      ...(searched.length > 0 ? [headline(all.length, sinceMs, gigabytes)] : []),
      ...all
        .slice(0, SHOWN)
        .map(({ template: text, count, firstMs, logGroup }) =>
          countedLine({ count, text }, `first at ${timeOf(firstMs)}${isOne ? '' : `, ${logGroup}`}`),
        ),
      ...(all.length > SHOWN ? [`and ${all.length - SHOWN} more, which are rarer`] : []),
      ...groups.flatMap(({ logGroup, problems }) =>
        problems.map((problem) => shortReason(`${logGroup}: ${problem}`)),
      ),
    ],
  };
}

function headline(count: number, sinceMs: number, gigabytes: number): string {
  const what =
    count === 0
      ? 'No kind of error line is new'
      : `${count} ${count === 1 ? 'kind' : 'kinds'} of error lines ${count === 1 ? 'is' : 'are'} new`;
  return `${what} since ${timeOf(sinceMs)} (${gigabytes.toFixed(2)} GB scanned)`;
}
