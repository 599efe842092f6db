import type { FailedTrace } from '../../core/investigation/failed-trace.ts';
import type { Findings } from '../../core/investigation/findings.ts';
import { onsetWindows, type TimeRange } from '../../core/investigation/onset-windows.ts';
import { SCANNED_TRACES_AT_MOST } from '../../core/investigation/search-bounds.ts';
import { type ReadTraces, traceFindings } from '../../core/investigation/trace-findings.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { FailedTraces } from '../../ports/failed-traces.ts';
import { type DenialDeps, noteDenial } from '../denials.ts';

export interface ReadTracesDeps extends DenialDeps {
  readonly failedTraces: FailedTraces;
  readonly clock: Clock;
}

const PAGES_AT_MOST = 10;
const READ_FOR_MS = 30_000;
/** X-Ray's filters know no way to write these within a name; names of its segments have no quotes. */
const UNASKABLE = /["\\]/;

/** Reads why requests to a component have failed since the onset of a fault. What was not read is named. */
export async function readTraces(
  deps: ReadTracesDeps,
  names: readonly string[],
  alertedAtMs: number,
): Promise<Findings> {
  const { since } = onsetWindows(alertedAtMs, deps.clock.nowMs());
  const askable = names.filter((name) => !UNASKABLE.test(name));
  const unasked = names
    .filter((name) => UNASKABLE.test(name))
    .map((name) => `not asked about ${name}: a filter takes no name with quotes or backslashes`);
  const read = askable.length === 0 ? { scanned: 0, problems: [] } : await readPages(deps, askable, since);
  return traceFindings(since.fromMs, {
    ...read,
    names: askable,
    problems: [...read.problems, ...unasked],
  });
}

/** What an error leaves of the pages before it is kept. */
async function readPages(
  deps: ReadTracesDeps,
  names: readonly string[],
  range: TimeRange,
): Promise<Omit<ReadTraces, 'names'>> {
  const deadlineMs = deps.clock.nowMs() + READ_FOR_MS;
  let traces: readonly FailedTrace[] | undefined;
  let scanned = 0;
  let next: string | undefined;
  for (let page = 1; page <= PAGES_AT_MOST; page += 1) {
    try {
      const answer = await deps.failedTraces.find(names, range, next);
      traces = [...(traces ?? []), ...answer.traces];
      scanned += answer.scanned;
      next = answer.next;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
      const problem = `${traces ? 'not read to the end' : 'not read'}: ${error.name}: ${error.message}`;
      return { ...(traces && { traces }), scanned, problems: [problem] };
    }
    if (next === undefined) return { ...(traces && { traces }), scanned, problems: [] };
    if (scanned >= SCANNED_TRACES_AT_MOST || deps.clock.nowMs() >= deadlineMs) break;
  }
  return {
    ...(traces && { traces }),
    scanned,
    problems: ['there are more traces than were read: counts are too low'],
  };
}
