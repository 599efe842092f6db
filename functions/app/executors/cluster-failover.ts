import type { RecordedChange } from '../../core/operation/recorded-change.ts';
import { isMultiAzCluster, nextWriter, writerOf } from '../../core/target/database.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import { FAILOVERS_OF_MINUTES, formerWriterProblem } from '../../core/target/failover-event.ts';
import { choosesWriter } from '../../core/target/writer-move.ts';
import type { Begun, StepCall } from './action-call.ts';
import { failBack, failOver, type Moving, type Primary } from './fail-over.ts';
import { moveWriter, undoWriterMove, type WriterMoveDeps } from './writer-move.ts';

/**
 * Makes another member of a cluster the writer. It is named to RDS, which may then be asked again, and moved back; except on a
 * Multi-AZ cluster of MySQL, where RDS itself chooses.
 */
export async function failOverCluster(deps: WriterMoveDeps, id: string, call: StepCall): Promise<Begun> {
  const read = async () => await deps.databases.readCluster(id);
  if (choosesWriter(await read())) return await moveWriter(deps, id, call);
  const choose = async () => {
    const cluster = await read();
    const problem = isMultiAzCluster(cluster.engine) ? await problemSoonAfter(deps, id) : undefined;
    return problem === undefined ? nextWriter(cluster, call.params['to'] as string | undefined) : { problem };
  };
  return underWay(deps, id, await failOver(writerIn(deps, id, call), call.changes, choose));
}

/** Makes the former writer the writer again, unless someone else may have moved it, or RDS lets nobody name it. */
export async function failBackCluster(deps: WriterMoveDeps, id: string, call: StepCall): Promise<Begun> {
  return isChosenByRds(call.changes.undone)
    ? await undoWriterMove(deps, id, call)
    : underWay(deps, id, await failBack(writerIn(deps, id, call), call));
}

async function problemSoonAfter(
  { databases, clock }: WriterMoveDeps,
  id: string,
): Promise<string | undefined> {
  const events = await databases.listFailovers('cluster', id, FAILOVERS_OF_MINUTES);
  return formerWriterProblem(id, events, clock.nowMs());
}

/** The record of a move names no member that the writer is moved to. */
const isChosenByRds = (change: RecordedChange | undefined): boolean => change?.intended === 'null';

const writerIn = ({ databases }: WriterMoveDeps, id: string, { subject }: StepCall): Primary => ({
  name: `writer of ${id}`,
  read: async () => {
    const cluster = await databases.readCluster(id);
    return { at: writerOf(cluster) ?? 'none', status: cluster.status };
  },
  move: async (to) => await databases.failOver(id, to),
  hasMovedTo: async (to) => {
    const events = await databases.listFailovers('cluster', id, FAILOVERS_OF_MINUTES);
    const since = events.filter(({ atMs }) => atMs >= subject.operation.startedAtMs);
    return since.some((event) => event.phase === 'completed' && event.to === to);
  },
  moveByHand: (to) =>
    `\`aws rds failover-db-cluster --db-cluster-identifier ${id} --target-db-instance-identifier ${to}\``,
});

function underWay({ clock }: Pick<WriterMoveDeps, 'clock'>, id: string, moving: Moving): Begun {
  if ('outcome' in moving) return moving;
  const { to, ...kept } = moving;
  const reference = { change: 'cluster-failover', sinceMs: clock.nowMs(), id, to } as const;
  return { reference: { executor: 'resource', id: databaseReferenceId(reference) }, ...kept };
}
