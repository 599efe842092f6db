import type { ChangeEvent } from './change-event.ts';

/**
 * How a change stands: `REPLACED` if a later change of the same resource began before its end was reported, `OVERDUE` if
 * its end was not reported in time.
 */
export type ChangeStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'REPLACED' | 'OVERDUE';

/** What people or pipelines did to a component. Times are epoch milliseconds. */
export interface Change extends Omit<ChangeEvent, 'phase' | 'atMs'> {
  readonly status: ChangeStatus;
  readonly startedAtMs: number;
  /** Absent while it is in progress, and if its end was not reported. */
  readonly endedAtMs?: number;
  /** The id of the next change of the same resource by people or pipelines: what this one left is no longer there. */
  readonly supersededBy?: string;
  /** The component with whose repair Selfheal has rolled it back. @default it has not, or with this component's own */
  readonly rolledBackFor?: string;
}

/**
 * The changes behind their events, the newest first. Events may come twice and in any order: only their times count. An
 * end without a beginning is a change that took effect at once.
 *
 * @param holdSeconds after this long, a change without an end no longer counts as in progress
 */
export function changesOf(
  events: readonly ChangeEvent[],
  nowMs: number,
  holdSeconds: number,
): readonly Change[] {
  const byChange = Map.groupBy(events, ({ source, changeId }) => `${source}#${changeId}`);
  const runs = [...byChange.values()].flatMap((own) => runsOf(own));
  return runs
    .map((run) => afterLaterRuns(run, runs))
    .map((run) => (isOverdue(run, nowMs, holdSeconds) ? { ...run, status: 'OVERDUE' as const } : run))
    .toSorted((a, b) => b.startedAtMs - a.startedAtMs || (a.changeId < b.changeId ? -1 : 1));
}

/** Whether two are the same change of its source, or both are none. */
export function isSameChange(
  one: Pick<ChangeEvent, 'source' | 'changeId'> | undefined,
  other: Pick<ChangeEvent, 'source' | 'changeId'> | undefined,
): boolean {
  return one?.source === other?.source && one?.changeId === other?.changeId;
}

/** When a change without an end stops holding healing back, if its end is never reported. */
export function heldUntilMs({ startedAtMs }: Pick<Change, 'startedAtMs'>, holdSeconds: number): number {
  return startedAtMs + holdSeconds * 1_000;
}

function isOverdue(change: Change, nowMs: number, holdSeconds: number): boolean {
  return change.status === 'IN_PROGRESS' && heldUntilMs(change, holdSeconds) <= nowMs;
}

/**
 * A change as later ones of its resource leave it. ECS, for one, never reports the end of a deployment that is replaced.
 * What Selfheal does to the resource ends a change too, but a restart of what was deployed supersedes nothing.
 */
function afterLaterRuns(run: Change, runs: readonly Change[]): Change {
  if (run.resource === undefined) return run;
  const later = runs
    .filter(
      ({ component, source, resource, startedAtMs }) =>
        component === run.component &&
        source === run.source &&
        resource === run.resource &&
        startedAtMs > run.startedAtMs,
    )
    .toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  const [next] = later;
  const byPeople = later.find(({ operationId }) => operationId === undefined);
  return {
    ...run,
    ...(next && run.status === 'IN_PROGRESS' && { status: 'REPLACED', endedAtMs: next.startedAtMs }),
    ...(byPeople && { supersededBy: byPeople.changeId }),
  };
}

/** Senders use an id again, such as the name of a branch: a beginning after an end is another change. */
function runsOf(events: readonly ChangeEvent[]): readonly Change[] {
  const runs: Change[] = [];
  for (const event of events.toSorted((a, b) => a.atMs - b.atMs || order(a) - order(b))) {
    const { phase, atMs, ...facts } = event;
    const current = runs.at(-1);
    if (phase === 'started') {
      if (current?.status !== 'IN_PROGRESS')
        runs.push({ ...facts, status: 'IN_PROGRESS', startedAtMs: atMs });
      continue;
    }
    const end = { status: phase === 'failed' ? 'FAILED' : 'SUCCEEDED', endedAtMs: atMs } as const;
    if (current?.status === 'IN_PROGRESS')
      runs[runs.length - 1] = { ...current, ...end, summary: facts.summary };
    else if (current?.endedAtMs !== atMs) runs.push({ ...facts, ...end, startedAtMs: atMs });
  }
  return runs;
}

/** Of the same second, the beginning comes first. */
function order({ phase }: ChangeEvent): number {
  return phase === 'started' ? 0 : 1;
}
