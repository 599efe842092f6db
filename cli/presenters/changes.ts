import type { Change } from '../../functions/core/change/change.ts';
import { MAXIMUM_CHANGE_EVENTS } from '../../functions/ports/change-store.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { coloured, count, moment, span } from './words.ts';

const HEADINGS = ['STARTED', 'COMPONENT', 'KIND', 'SOURCE', 'STATUS', 'TOOK', 'CHANGE'];

/** One line for each change. */
export function changeLines(
  output: Output,
  changes: readonly Change[],
  days: number,
  nowMs: number,
): readonly string[] {
  if (changes.length === 0) return [`No changes were reported in the last ${count(days, 'day')}.`];
  return columns(
    output,
    HEADINGS,
    changes.map(({ startedAtMs, endedAtMs, component, kind, source, status, summary, operationId }) => [
      moment(startedAtMs),
      component,
      kind,
      source,
      coloured(output, status),
      status === 'OVERDUE' ? '-' : span((endedAtMs ?? nowMs) - startedAtMs),
      operationId === undefined ? summary : `${summary} (by operation ${operationId})`,
    ]),
  );
}

/** One line for each component of which only the newest changes could be read. @param cutAtMs by component */
export function missingChanges(cutAtMs: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(cutAtMs).map(
    ([component, atMs]) =>
      `selfheal: changes of ${component} before ${moment(atMs)} may be missing: only the newest ${MAXIMUM_CHANGE_EVENTS} reports of a component are read.`,
  );
}
