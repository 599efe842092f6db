import { settingText } from '../../core/operation/recorded-change.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import { type SnapshotOf, snapshotName } from '../../core/target/database-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { RequestRefused, TargetBusy } from '../../ports/errors.ts';
import type { Begun, StepCall } from './action-call.ts';

export interface SnapshotDeps {
  readonly databases: Pick<Databases, 'readSnapshot' | 'takeSnapshot' | 'deleteSnapshot'>;
  readonly clock: Clock;
}

/** RDS is busy with an instance or a cluster, be it only with a backup. */
const IS_BUSY = /^InvalidDB(Cluster|Instance)State/;

/**
 * Takes a snapshot, or deletes the one that the step to be undone took. The name says which operation and step it belongs
 * to, so a repetition finds it, and RDS refuses to take another.
 *
 * @throws TargetBusy while RDS is too busy with the database to take one
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
    await changes.keep({ before: settingText(null), intended: settingText(name) });
  }
  if (!(await databases.readSnapshot(of, name))) await take(databases, of, id, name);
  const change = of === 'instance' ? 'snapshot' : 'cluster-snapshot';
  const reference = databaseReferenceId({ change, sinceMs: clock.nowMs(), id, to: name });
  return { reference: { executor: 'resource', id: reference } };
}

async function take(
  databases: SnapshotDeps['databases'],
  of: SnapshotOf,
  id: string,
  name: string,
): Promise<void> {
  try {
    await databases.takeSnapshot(of, id, name);
  } catch (error) {
    if (!(error instanceof RequestRefused && IS_BUSY.test(error.serviceCode ?? ''))) throw error;
    throw new TargetBusy(`RDS takes no snapshot of ${id} yet: ${error.message}`, { cause: error });
  }
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
