import type { SnapshotSource } from '../../core/actions/value-rules.ts';
import { settingText } from '../../core/operation/recorded-change.ts';
import { readiness } from '../../core/target/database.ts';
import { chooseSnapshot, copyName, deletionByHand, neverServed } from '../../core/target/database-copy.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { Begun, ChangeRecords, Ended, StepCall } from './action-call.ts';

export interface DatabaseCopyDeps {
  readonly databases: Pick<
    Databases,
    'readInstance' | 'listSnapshots' | 'restoreCopy' | 'readCopy' | 'deleteCopy'
  >;
  readonly clock: Clock;
}

/** What is on record of a copy: its name, and that of the snapshot, which a repetition does not choose again. */
type Copy = { readonly copy: string; readonly snapshot: string };

/**
 * Restores a snapshot of an instance to a new instance beside it, or deletes the one that the step to be undone made. The
 * name says which operation it belongs to, so that a repetition finds it, and RDS refuses to make another.
 */
export async function restore(deps: DatabaseCopyDeps, id: string, call: StepCall): Promise<Begun> {
  const { databases, clock } = deps;
  const { changes, params, subject, stepId } = call;
  const { operationId } = subject.operation;
  if (params['phase'] === 'undo') return await deleteCopy(deps, call);
  const name = copyName('instance', id, operationId);
  let recorded = changes.earlier;
  if (recorded === undefined) {
    const planned = await planCopy(deps, id, name, call);
    if ('outcome' in planned) return planned;
    recorded = await changes.keep(planned);
  }
  const { snapshot } = JSON.parse(recorded.intended) as Copy;
  const madeBy = `${operationId}/${stepId}`;
  const found = await databases.readCopy(name);
  if (found === undefined) await databases.restoreCopy(id, snapshot, { name, madeBy });
  else if (found.madeBy !== madeBy) return failed(`instance ${name} exists, and is not of this step`);
  const reference = databaseReferenceId({ change: 'copy', sinceMs: clock.nowMs(), id, to: name });
  return { reference: { executor: 'resource', id: reference } };
}

async function planCopy(
  { databases, clock }: DatabaseCopyDeps,
  id: string,
  name: string,
  { params, subject }: StepCall,
) {
  if (await databases.readCopy(name))
    return failed(`instance ${name} exists already, and is not of this step`);
  const { cluster } = await databases.readInstance(id);
  if (cluster !== undefined)
    return failed(`${id} belongs to the cluster ${cluster}, which only has snapshots as a whole`);
  const snapshot = chooseSnapshot(await databases.listSnapshots(id), {
    ...{ kind: 'instance', id, operationId: subject.operation.operationId, nowMs: clock.nowMs() },
    from: (params['from'] ?? 'latest') as SnapshotSource,
    maxAgeSeconds: Number(params['maxAgeSeconds']),
  });
  if ('problem' in snapshot) return failed(`${id}: ${snapshot.problem}`);
  const copy: Copy = { copy: name, snapshot: snapshot.name };
  return { before: settingText(null), intended: settingText(copy) };
}

/**
 * A copy that was in use may hold data that is nowhere else: so a snapshot of it is left, unless it never could be used, and
 * one that someone protects is not deleted.
 */
async function deleteCopy({ databases }: DatabaseCopyDeps, { changes, subject }: StepCall): Promise<Begun> {
  const made = madeBefore(changes);
  if (made === undefined) return { outcome: 'SUCCEEDED', detail: 'no copy was made' };
  const { copy: name } = made;
  const found = await databases.readCopy(name);
  if (found === undefined) return { outcome: 'SUCCEEDED', detail: `there is no instance ${name}` };
  const { status, madeBy, isProtected } = found;
  if (status === 'deleting') return { outcome: 'SUCCEEDED', detail: `${name} is being deleted` };
  if (madeBy?.startsWith(`${subject.operation.operationId}/`) !== true)
    return foreign(`${name} is not tagged as a copy of this operation`);
  if (isProtected) return foreign(`someone has protected ${name} from deletion`);
  if (readiness(status) === 'busy')
    throw new ServiceUnavailable(
      `${name} is ${status}, and is not deleted before that ends; if the undo has given up by then: ${deletionByHand('instance', name)}`,
    );
  const finalSnapshot = neverServed(found) ? undefined : `${name}-final`;
  await databases.deleteCopy(name, finalSnapshot);
  const left =
    finalSnapshot === undefined
      ? 'without a snapshot, as it never served'
      : `snapshot ${finalSnapshot} is left`;
  return { outcome: 'SUCCEEDED', detail: `${name} is being deleted; ${left}` };
}

function madeBefore({ undone }: ChangeRecords): Copy | undefined {
  return undone && (JSON.parse(undone.intended) as Copy);
}

function foreign(why: string): Ended {
  return {
    ...failed(`${why}: it is left as it is`),
    ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
  };
}

function failed(detail: string): Ended {
  return { outcome: 'FAILED', detail };
}
