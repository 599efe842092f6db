import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';

export interface TransitionCount {
  /** States entered as the history has them, by name. */
  readonly recorded: readonly string[];
  /**
   * Attempts of tasks beyond the recorded entries: states inside Map iterations, which MiniStack's history leaves out
   * but for their task events, and retries, which AWS bills like entries.
   */
  readonly unrecordedTasks: number;
  /** Of both, what AWS bills of a Standard workflow. */
  readonly total: number;
}

export async function historyOf(sfn: SFNClient, executionArn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
    events.push(...(page.events ?? []));
  }
  return events;
}

/**
 * Counts entered states. Of the two machines, only `Undo failed`, a state without a task inside a Map, would go
 * uncounted; `failedUndos` adds it.
 */
export function countTransitions(history: readonly HistoryEvent[], failedUndos = 0): TransitionCount {
  const recorded = history.flatMap(({ type = '', stateEnteredEventDetails }) =>
    type.endsWith('StateEntered') ? [stateEnteredEventDetails?.name ?? '?'] : [],
  );
  const ofType = (wanted: string) => history.filter(({ type }) => type === wanted).length;
  const unrecordedTasks = ofType('TaskScheduled') - ofType('TaskStateEntered');
  return { recorded, unrecordedTasks, total: recorded.length + unrecordedTasks + failedUndos };
}
