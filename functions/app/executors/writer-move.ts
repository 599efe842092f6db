import { plannedChange, type RecordedChange } from '../../core/operation/recorded-change.ts';
import {
  type DbCluster,
  isBusyFor,
  NO_WRITER,
  readerProblem,
  readersOf,
  writerOf,
} from '../../core/target/database.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import {
  FAILOVERS_OF_MINUTES,
  type FailoverEvent,
  formerWriterProblem,
  lastReportMs,
  movesSince,
} from '../../core/target/failover-event.ts';
import { mayYetMove, type WriterMove, writerMoved } from '../../core/target/writer-move.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { isForGood, mayHaveBeenAccepted, ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';
import { isFirstTry } from './sent-once.ts';

export interface WriterMoveDeps {
  readonly databases: Pick<Databases, 'readCluster' | 'listFailovers' | 'failOver'>;
  readonly clock: Clock;
}

/** What is kept of a failover that RDS refused: there is nothing to undo. */
const REFUSED = '"refused"';

const CHOSEN = 'RDS itself chooses the next writer of a Multi-AZ cluster of MySQL';

/**
 * Has a cluster fail over to the reader that RDS chooses: once, since a second request would move the writer on. What
 * happened to a request is known by the writer, and by RDS's own reports.
 */
export async function moveWriter(deps: WriterMoveDeps, id: string, call: StepCall): Promise<Begun> {
  const { changes, params } = call;
  if (changes.earlier !== undefined) return await goOn(deps, id, changes.earlier);
  const { cluster, events, nowMs } = await look(deps, id);
  if (isBusyFor(cluster.status))
    throw new TargetBusy(
      `writer of ${id}: RDS is busy with it (${cluster.status}), and does not move it before`,
    );
  const moved = movedMeanwhile(events, call, 0);
  const problem =
    problemOf(cluster, params['to'] as string | undefined) ??
    (moved ? undefined : formerWriterProblem(id, events, nowMs));
  if (problem !== undefined) return failed(`writer of ${id}: ${problem}`);
  if (moved) return succeeded(`writer of ${id}: ${moved.detail}`);
  const before = { writer: String(writerOf(cluster)), afterMs: lastReportMs(events), requestedAtMs: nowMs };
  const planned = plannedChange(before, null) as RecordedChange;
  // Another try may have been first.
  if (!(await isFirstTry(changes, planned)))
    return await goOn(deps, id, changes.earlier ?? (await changes.keep(planned)));
  try {
    await deps.databases.failOver(id, undefined);
  } catch (error) {
    if (!isForGood(error)) throw error;
    // The writer and RDS's reports tell what came of it.
    if (mayHaveBeenAccepted(error)) return underWay(id, parsed(planned));
    return { ...failed(`writer of ${id}: ${error.message}`), undo: REFUSED };
  }
  return underWay(id, parsed(planned));
}

/**
 * The writer that a cluster has got since the repair began, or shortly before, by RDS itself or by someone else: to move it once
 * more could be a second outage, and onto the member that has just failed. `undefined` if there is none, or it may be the repair's
 * own doing.
 *
 * @param shortlyMs how long before the repair began
 */
export function movedMeanwhile(
  events: readonly FailoverEvent[],
  { subject, changes }: Pick<StepCall, 'subject' | 'changes'>,
  shortlyMs: number,
): { readonly writer: string; readonly detail: string } | undefined {
  if (changes.hasActedBefore) return undefined;
  const { startedAtMs } = subject.operation;
  const writer = movesSince(events, startedAtMs - shortlyMs).at(-1);
  if (writer === undefined) return undefined;
  const isSince = movesSince(events, startedAtMs).length > 0;
  const when = isSince
    ? 'since this repair began'
    : `less than ${shortlyMs / 60_000} minutes before this repair began`;
  return {
    writer,
    detail: `RDS reports that ${writer} has become the writer ${when}, so it is not moved again`,
  };
}

/** RDS accepts no writer by name, and would move it on to the third member, so that a writer that has moved stays. */
export async function undoWriterMove(deps: WriterMoveDeps, id: string, call: StepCall): Promise<Begun> {
  const { undone } = call.changes;
  if (undone === undefined || call.undo === REFUSED) return succeeded(`writer of ${id} was never moved`);
  const { cluster, events, nowMs } = await look(deps, id);
  const { requestedAtMs, ...move } = parsed(undone);
  const moved = writerMoved(cluster, move, events);
  if (moved === 'under way')
    throw new TargetBusy(`${id} is ${cluster.status}, and its writer may be about to move`);
  if (moved === 'none' && mayYetMove(requestedAtMs, nowMs))
    throw new TargetBusy(
      `writer of ${id} is ${move.from}, but may be about to move, though RDS reports no failover yet`,
    );
  if (moved !== 'moved') return succeeded(`writer of ${id} is ${move.from}, as before`);
  return failed(
    `writer of ${id} is no longer ${move.from}, and stays where it is: ${CHOSEN}, and \`aws rds failover-db-cluster --db-cluster-identifier ${id}\` moves it to another one`,
  );
}

/** An earlier try has requested it, or was about to. */
async function goOn(deps: WriterMoveDeps, id: string, recorded: RecordedChange): Promise<Begun> {
  const move = parsed(recorded);
  const { cluster, events } = await look(deps, id);
  if (writerMoved(cluster, move, events) !== 'none') return underWay(id, move);
  throw new ServiceUnavailable(
    `writer of ${id} may be about to move away from ${move.from} by an earlier try whose answer was lost; RDS cannot tell, so it is not asked again`,
  );
}

async function look(
  { databases, clock }: WriterMoveDeps,
  id: string,
): Promise<{
  readonly cluster: DbCluster;
  readonly events: readonly FailoverEvent[];
  readonly nowMs: number;
}> {
  const nowMs = clock.nowMs();
  const cluster = await databases.readCluster(id);
  // Afterwards: what has moved the writer meanwhile is in the events long before the cluster shows it.
  const events = await databases.listFailovers('cluster', id, FAILOVERS_OF_MINUTES);
  return { cluster, events, nowMs };
}

/** Why a cluster cannot fail over; `undefined` if it can. */
function problemOf(cluster: DbCluster, named: string | undefined): string | undefined {
  if (named !== undefined) return `${CHOSEN}: leave out \`to: ${named}\``;
  if (writerOf(cluster) === undefined) return NO_WRITER;
  return readersOf(cluster).length === 0 ? readerProblem(cluster) : undefined;
}

function parsed({ before }: RecordedChange): WriterMove & { readonly requestedAtMs: number } {
  const { writer: from, ...times } = JSON.parse(before) as {
    readonly writer: string;
    readonly afterMs: number;
    readonly requestedAtMs: number;
  };
  return { from, ...times };
}

function underWay(
  id: string,
  { from, afterMs, requestedAtMs }: WriterMove & { readonly requestedAtMs: number },
): Begun {
  const reference = { change: 'writer-move', sinceMs: requestedAtMs, id, to: from, afterMs } as const;
  return { reference: { executor: 'resource', id: databaseReferenceId(reference) } };
}

const succeeded = (detail: string): Ended => ({ outcome: 'SUCCEEDED', detail });
const failed = (detail: string): Ended => ({ outcome: 'FAILED', detail });
