import { shortReason } from '../signal/event-values.ts';
import { changeLine, timeOf } from './finding-lines.ts';
import type { Findings } from './findings.ts';
import type { WriteEvent } from './write-event.ts';

/** The events about one resource of a component. */
export interface ResourceEvents {
  readonly resource: string;
  /** Absent if they could not be read. */
  readonly events?: readonly WriteEvent[];
  readonly problem?: string;
}

const SHOWN = 8;
/** So late an event may arrive. */
const LATE_MS = 15 * 60_000;

/** The roles of Selfheal's functions and state machines, which CloudFormation names after their stacks. */
const OWN_ROLE = /^role Selfheal[A-Za-z]*-/;

/**
 * Who changed what about a component before its fault, the last change first, and what could not be read. That Selfheal itself has
 * changed something, such as by the repair before, is no news.
 */
export function trailFindings(
  range: { readonly fromMs: number; readonly toMs: number },
  nowMs: number,
  resources: readonly ResourceEvents[],
): Findings {
  const found = new Map(
    resources.flatMap(({ resource, events = [] }) =>
      events.map((event) => [event.id, { ...event, resource }] as const),
    ),
  );
  const events = [...found.values()].sort((one, other) => other.atMs - one.atMs);
  const isRead = resources.some((each) => each.events);
  const isLate = nowMs - range.toMs < LATE_MS;
  return {
    outcome: isRead ? 'SUCCEEDED' : 'FAILED',
    isNews: events.some(({ principal }) => !OWN_ROLE.test(principal)),
    lines: [
      ...(isRead ? [headline(events.length, range, isLate)] : []),
      ...events.slice(0, SHOWN).map(({ resource, ...event }) => changeLine(event, resource)),
      ...(events.length > SHOWN ? [`and ${events.length - SHOWN} more before these`] : []),
      ...resources.flatMap(({ resource, problem }) =>
        problem === undefined ? [] : [shortReason(`${resource}: ${problem}`)],
      ),
    ],
  };
}

function headline(count: number, { fromMs }: { readonly fromMs: number }, isLate: boolean): string {
  const what = count === 0 ? 'No call' : `${count} ${count === 1 ? 'call' : 'calls'}`;
  const late = isLate ? '; CloudTrail may lack those of the last 15 minutes' : '';
  return `${what} changed the component’s resources from ${timeOf(fromMs)} to the alert${late}`;
}
