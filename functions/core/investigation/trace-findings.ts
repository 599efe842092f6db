import { shortReason } from '../signal/event-values.ts';
import type { FailedTrace } from './failed-trace.ts';
import { countedLine, timeOf } from './finding-lines.ts';
import type { Findings } from './findings.ts';
import { commonCauses } from './trace-causes.ts';

/** What was read of the traces of a component. */
export interface ReadTraces {
  /** What X-Ray was asked about. */
  readonly names: readonly string[];
  /** The newest first. Absent if none could be read. */
  readonly traces?: readonly FailedTrace[];
  /** Traces that X-Ray looked at. */
  readonly scanned: number;
  /** Why not all were read. */
  readonly problems: readonly string[];
}

const SHOWN = 5;

/** The most frequent reasons why requests to a component failed, and what could not be read. */
export function traceFindings(sinceMs: number, { names, traces, scanned, problems }: ReadTraces): Findings {
  const causes = commonCauses(traces ?? []);
  return {
    outcome: traces ? 'SUCCEEDED' : 'FAILED',
    isNews: causes.length > 0,
    lines: [
      ...(traces ? [shortReason(headline(causes.length, traces.length, names, sinceMs, scanned))] : []),
      ...causes.slice(0, SHOWN).map(({ traceId, ...cause }) => countedLine(cause, `trace ${traceId}`)),
      ...(causes.length > SHOWN ? [`and ${causes.length - SHOWN} more, which are rarer`] : []),
      ...problems.map((problem) => shortReason(`X-Ray: ${problem}`)),
    ],
  };
}

function headline(
  causes: number,
  traces: number,
  names: readonly string[],
  sinceMs: number,
  scanned: number,
): string {
  const where = `since ${timeOf(sinceMs)} (${scanned} traces scanned): ${names.join(', ')}`;
  if (traces === 0) return `No traced request failed ${where}`;
  return `${traces} traced ${traces === 1 ? 'request' : 'requests'} failed for ${causes} ${causes === 1 ? 'reason' : 'reasons'} ${where}`;
}
