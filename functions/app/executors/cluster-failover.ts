import type { RecordedChange } from '../../core/operation/recorded-change.ts';
import { type DbCluster, isMultiAzCluster, nextWriter, writerOf } from '../../core/target/database.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import {
  FAILOVERS_OF_MINUTES,
  formerWriterProblem,
  movesSince,
  WRITER_IS_NEW_MS,
} from '../../core/target/failover-event.ts';
import { choosesWriter } from '../../core/target/writer-move.ts';
import type { Begun, StepCall } from './action-call.ts';
import { type Choice, failBack, failOver, type Moving, NOWHERE, type Primary } from './fail-over.ts';
import { movedMeanwhile, moveWriter, undoWriterMove, type WriterMoveDeps } from './writer-move.ts';

/**
 * Makes another member of a cluster the writer. It is named to RDS, which may then be asked again, and moved back; except on a
 * Multi-AZ cluster of MySQL, where RDS itself chooses.
 */
export async function failOverCluster(deps: WriterMoveDeps, id: string, call: StepCall): Promise<Begun> {
  const read = async () => await deps.databases.readCluster(id);
  if (choosesWriter(await read())) return await moveWriter(deps, id, call);
  const choose = async () => await chooseWriter(deps, await read(), call);
  const acceptsOthers = call.params['to'] === undefined;
  return underWay(deps, id, await failOver(writerIn(deps, id), call.changes, choose, acceptsOthers));
}

/** Makes the former writer the writer again, unless someone else may have moved it, or RDS lets nobody name it. */
export async function failBackCluster(deps: WriterMoveDeps, id: string, call: StepCall): Promise<Begun> {
  return isChosenByRds(call.changes.undone)
    ? await undoWriterMove(deps, id, call)
    : underWay(deps, id, await failBack(writerIn(deps, id), call));
}

/** The next writer, unless RDS has just made one. */
async function chooseWriter(
  { databases, clock }: WriterMoveDeps,
  cluster: DbCluster,
  call: StepCall,
): Promise<Choice> {
  const named = call.params['to'] as string | undefined;
  const to = nextWriter(cluster, named);
  if (typeof to !== 'string' || to === writerOf(cluster)) return to;
  const events = await databases.listFailovers('cluster', cluster.id, FAILOVERS_OF_MINUTES);
  const isMultiAz = isMultiAzCluster(cluster.engine);
  const moved = movedMeanwhile(events, call, isMultiAz ? 0 : WRITER_IS_NEW_MS);
  if (moved !== undefined)
    return named === undefined || named === moved.writer ? { done: moved.detail } : { problem: moved.detail };
  const problem = isMultiAz ? formerWriterProblem(cluster.id, events, clock.nowMs()) : undefined;
  return problem === undefined ? to : { problem };
}

/** The record of a move names no member that the writer is moved to. */
const isChosenByRds = (change: RecordedChange | undefined): boolean => change?.intended === 'null';

const writerIn = ({ databases }: WriterMoveDeps, id: string): Primary => ({
  name: `writer of ${id}`,
  read: async () => {
    const cluster = await databases.readCluster(id);
    return { at: writerOf(cluster) ?? NOWHERE, status: cluster.status };
  },
  move: async (to) => await databases.failOver(id, to),
  movesSince: async (sinceMs) =>
    movesSince(await databases.listFailovers('cluster', id, FAILOVERS_OF_MINUTES), sinceMs),
  moveByHand: (to) =>
    `\`aws rds failover-db-cluster --db-cluster-identifier ${id} --target-db-instance-identifier ${to}\``,
});

function underWay({ clock }: Pick<WriterMoveDeps, 'clock'>, id: string, moving: Moving): Begun {
  if ('outcome' in moving) return moving;
  const { to, ...kept } = moving;
  const reference = { change: 'cluster-failover', sinceMs: clock.nowMs(), id, to } as const;
  return { reference: { executor: 'resource', id: databaseReferenceId(reference) }, ...kept };
}
