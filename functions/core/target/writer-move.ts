import { type DbCluster, readiness, writerOf } from './database.ts';
import { EVENT_IS_LATE_MS, type FailoverEvent } from './failover-event.ts';

/** A failover of a cluster to a member that RDS chooses: it was requested, or was about to be. */
export interface WriterMove {
  /** The writer before it. */
  readonly from: string;
  /** RDS's last report of a failover before it, epoch milliseconds; 0 if there was none. */
  readonly afterMs: number;
}

/** Whether RDS lets nobody name the next writer: it moves the writer of a Multi-AZ cluster of MySQL to a reader that it chooses. */
export const choosesWriter = ({ engine }: Pick<DbCluster, 'engine'>): boolean => engine === 'mysql';

type Cluster = Pick<DbCluster, 'id' | 'status' | 'engine' | 'members'>;

/**
 * How far the move has come, by what RDS shows of the cluster, and by its reports, since it may go on showing the former
 * writer. `failed`: that one goes on writing, or writes again.
 */
export function writerMoved(
  cluster: Cluster,
  { from, afterMs }: WriterMove,
  events: readonly FailoverEvent[],
): 'none' | 'under way' | 'moved' | 'failed' {
  const writer = writerOf(cluster);
  if (readiness(cluster.status) === 'busy' || writer === undefined) return 'under way';
  if (writer !== from) return 'moved';
  const last = events.filter(({ atMs }) => atMs > afterMs).at(-1);
  switch (last?.phase) {
    case 'started':
      return 'under way';
    case 'completed':
      return last.to === from ? 'failed' : 'moved';
    case 'abandoned':
      return 'failed';
    default:
      return 'none';
  }
}

/** Whether a request of which nothing has shown yet may still have been accepted. */
export const mayYetMove = (requestedAtMs: number, nowMs: number): boolean =>
  nowMs - requestedAtMs < EVENT_IS_LATE_MS;

/** How the move ended; `undefined` while it goes on. */
export function writerMoveOutcome(
  cluster: Cluster,
  move: WriterMove,
  events: readonly FailoverEvent[],
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  const detail = `the cluster is ${cluster.status}, its writer is ${writerOf(cluster) ?? 'none'}`;
  if (readiness(cluster.status) === 'stuck') return { outcome: 'FAILED', detail };
  switch (writerMoved(cluster, move, events)) {
    case 'moved':
      return { outcome: 'SUCCEEDED', detail };
    case 'failed':
      return { outcome: 'FAILED', detail: `RDS reports that ${move.from} goes on as the writer: ${detail}` };
    default:
      return { detail };
  }
}
