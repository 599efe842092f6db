import { plannedChange } from '../../core/operation/recorded-change.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import { type SnapshotOf, snapshotName } from '../../core/target/database-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import type { Begun, StepCall } from './action-call.ts';

export interface SnapshotDeps {
  readonly databases: Pick<Databases, 'readSnapshot' | 'takeSnapshot' | 'deleteSnapshot'>;
  readonly clock: Clock;
}

/**
 * Takes a snapshot, or deletes the one that the step to be undone took. The name says which operation and step it belongs
 * to, so a repetition finds it, and RDS refuses to take another.
 */
export async function snapshot(
  deps: SnapshotDeps,
  of: SnapshotOf,
  id: string,
  call: StepCall,
): Promise<Begun> {
  if (call.params['phase'] === 'undo') return await deleteSnapshot(deps, of, call);
  const { databases, clock } = deps;
  const { changes, subject, stepId } = call;
  const name = snapshotName(of, id, subject.operation.operationId, stepId);
  if (changes.earlier === undefined) {
    if (await databases.readSnapshot(of, name))
      return { outcome: 'FAILED', detail: `snapshot ${name} exists already, and is not of this step` };
    const planned = plannedChange(null, name);
    if (planned) await changes.keep(planned);
  }
  if (!(await databases.readSnapshot(of, name))) await databases.takeSnapshot(of, id, name);
  const change = of === 'instance' ? 'snapshot' : 'cluster-snapshot';
  const reference = databaseReferenceId({ change, sinceMs: clock.nowMs(), id, to: name });
  return { reference: { executor: 'resource', id: reference } };
}

async function deleteSnapshot(
  { databases }: Pick<SnapshotDeps, 'databases'>,
  of: SnapshotOf,
  { changes }: StepCall,
): Promise<Begun> {
  const { undone } = changes;
  if (undone === undefined) return { outcome: 'SUCCEEDED', detail: 'no snapshot was taken' };
  const name = JSON.parse(undone.intended) as string;
  const found = await databases.readSnapshot(of, name);
  if (!found) return { outcome: 'SUCCEEDED', detail: `there is no snapshot ${name}` };
  // To wait may take as long again as the step that took it, and gives the service nothing back.
  if (found.status === 'creating') {
    const detail = `snapshot ${name} is left, as RDS deletes none before it is complete: delete it then, it is not needed`;
    return { outcome: 'FAILED', detail };
  }
  await databases.deleteSnapshot(of, name);
  return { outcome: 'SUCCEEDED', detail: `snapshot ${name} is deleted` };
}
