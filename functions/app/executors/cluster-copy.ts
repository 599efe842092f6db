import type { SnapshotSource } from '../../core/actions/value-rules.ts';
import { type RecordedChange, settingText } from '../../core/operation/recorded-change.ts';
import { isMultiAzCluster, readiness, writerOf } from '../../core/target/database.ts';
import {
  chooseSnapshot,
  clusterCopyOutcome,
  copyName,
  deletionByHand,
  neverServed,
} from '../../core/target/database-copy.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';

export interface ClusterCopyDeps {
  readonly databases: Pick<
    Databases,
    | 'readCluster'
    | 'listClusterSnapshots'
    | 'restoreCluster'
    | 'readClusterCopy'
    | 'addInstance'
    | 'readCopy'
    | 'deleteCopy'
    | 'deleteCluster'
  >;
  readonly clock: Clock;
}

/** What is on record of a copy: its name, and the snapshot with its version, which a repetition does not choose again. */
type Copy = { readonly copy: string; readonly snapshot: string; readonly engineVersion: string };
/** What is on record of its instance: its name, and the instance that it is to be like. */
type Instance = { readonly instance: string; readonly like: string };

/**
 * Restores a snapshot of a cluster to a new cluster beside it, adds an instance to one of Aurora, or deletes both. Their name
 * says which operation they belong to, so that a repetition finds them, and RDS refuses to make others. RDS itself makes the
 * instances of a Multi-AZ cluster, and deletes them with it.
 */
export async function restoreBesideCluster(
  deps: ClusterCopyDeps,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { operationId } = call.subject.operation;
  const name = copyName('cluster', id, operationId);
  switch (call.params['phase']) {
    case 'undo':
      return await deleteCopies(deps, call);
    case 'instance':
      return await addInstance(deps, id, name, call);
    default:
      return await restoreCluster(deps, id, name, call);
  }
}

async function restoreCluster(
  deps: ClusterCopyDeps,
  id: string,
  name: string,
  call: StepCall,
): Promise<Begun> {
  const { databases } = deps;
  const recorded = await onRecord(call, async () => await planCopy(deps, id, name, call));
  if ('outcome' in recorded) return recorded;
  const { snapshot, engineVersion } = JSON.parse(recorded.intended) as Copy;
  const madeBy = madeByOf(call);
  const found = await databases.readClusterCopy(name);
  if (found === undefined)
    await databases.restoreCluster(id, { name: snapshot, engineVersion }, { name, madeBy });
  else if (found.madeBy !== madeBy) return failed(`cluster ${name} exists, and is not of this step`);
  return underWay(deps, 'cluster-copy', id, name);
}

async function planCopy(
  { databases, clock }: ClusterCopyDeps,
  id: string,
  name: string,
  { params, subject }: StepCall,
) {
  if (await databases.readClusterCopy(name))
    return failed(`cluster ${name} exists already, and is not of this step`);
  const { engine } = await databases.readCluster(id);
  if (!engine.startsWith('aurora') && !isMultiAzCluster(engine))
    return failed(
      `${id} runs ${engine}, and only clusters of Aurora, MySQL and PostgreSQL are restored; for others, use run_automation with a document of yours`,
    );
  const snapshot = chooseSnapshot(await databases.listClusterSnapshots(id), {
    ...{ kind: 'cluster', id, operationId: subject.operation.operationId, nowMs: clock.nowMs() },
    from: (params['from'] ?? 'latest') as SnapshotSource,
    maxAgeSeconds: Number(params['maxAgeSeconds']),
  });
  if ('problem' in snapshot) return failed(`${id}: ${snapshot.problem}`);
  const copy: Copy = { copy: name, snapshot: snapshot.name, engineVersion: snapshot.engineVersion };
  return { before: settingText(null), intended: settingText(copy) };
}

async function addInstance(deps: ClusterCopyDeps, id: string, name: string, call: StepCall): Promise<Begun> {
  const { databases } = deps;
  const cluster = await databases.readClusterCopy(name);
  if (cluster === undefined) return failed(`there is no cluster ${name} that an instance could be added to`);
  if (!isOfOperation(cluster.madeBy, call.subject.operation.operationId))
    return failed(`cluster ${name} is not tagged as a copy of this operation`);
  if (cluster.isMultiAz) {
    const { outcome, detail } = clusterCopyOutcome(name, cluster);
    return outcome === undefined ? underWay(deps, 'cluster-copy', id, name) : { outcome, detail };
  }
  const recorded = await onRecord(call, async () => await planInstance(deps, id, name));
  if ('outcome' in recorded) return recorded;
  const { like } = JSON.parse(recorded.intended) as Instance;
  const madeBy = madeByOf(call);
  const found = await databases.readCopy(name);
  if (found !== undefined && found.madeBy !== madeBy)
    return failed(`instance ${name} exists, and is not of this step`);
  if (found === undefined) {
    const { outcome, detail } = clusterCopyOutcome(name, cluster);
    if (outcome === 'FAILED') return failed(detail);
    if (outcome === undefined)
      throw new ServiceUnavailable(`${detail}, and takes an instance only once it is available`);
    await databases.addInstance(like, name, { name, madeBy });
  }
  return underWay(deps, 'copy-instance', id, name);
}

async function planInstance({ databases }: ClusterCopyDeps, id: string, name: string) {
  if (await databases.readCopy(name))
    return failed(`instance ${name} exists already, and is not of this step`);
  const like = writerOf(await databases.readCluster(id));
  if (like === undefined)
    return failed(`${id} has no writer, whose class the instance of ${name} could have`);
  const instance: Instance = { instance: name, like };
  return { before: settingText(null), intended: settingText(instance) };
}

/**
 * A copy that was in use may hold data that is nowhere else: so a snapshot of it is left, unless it never could be used, and
 * one that someone has protected, or given another instance, is not deleted.
 */
async function deleteCopies({ databases }: ClusterCopyDeps, { changes, subject }: StepCall): Promise<Begun> {
  const { operationId } = subject.operation;
  const name = changes.undone && (JSON.parse(changes.undone.intended) as Partial<Copy>).copy;
  if (name === undefined) return succeeded('no copy was made');
  const cluster = await databases.readClusterCopy(name);
  if (cluster === undefined) return succeeded(`there is no cluster ${name}`);
  if (cluster.status === 'deleting') return succeeded(`${name} is being deleted`);
  if (!isOfOperation(cluster.madeBy, operationId))
    return foreign(`cluster ${name} is not tagged as a copy of this operation`);
  if (cluster.isProtected) return foreign(`someone has protected ${name} from deletion`);
  const others = cluster.isMultiAz ? [] : cluster.members.filter((member) => member !== name);
  if (others.length > 0) return foreign(`someone has added ${others.join(', ')} to cluster ${name}`);
  const instance = cluster.isMultiAz ? undefined : await databases.readCopy(name);
  if (instance !== undefined && !isOfOperation(instance.madeBy, operationId))
    return foreign(`instance ${name} is not tagged as one of this operation`);
  if (instance?.isProtected === true) return foreign(`someone has protected instance ${name} from deletion`);
  const isLeaving = instance === undefined || instance.status === 'deleting';
  for (const { what, status } of [
    { what: 'cluster', status: cluster.status },
    ...(instance && !isLeaving ? [{ what: 'instance', status: instance.status }] : []),
  ])
    if (readiness(status) === 'busy')
      throw new ServiceUnavailable(
        `${what} ${name} is ${status}, and is not deleted before that ends; if the undo has given up by then: ${deletionByHand('cluster', name)}`,
      );
  // Data can only have been written through an instance, and none serves before the cluster is available.
  const finalSnapshot = neverServed(cluster) ? undefined : `${name}-final`;
  if (!isLeaving) await databases.deleteCopy(name);
  await databases.deleteCluster(name, finalSnapshot);
  const left =
    finalSnapshot === undefined
      ? 'without a snapshot, as it never served'
      : `snapshot ${finalSnapshot} is left`;
  const instances = cluster.isMultiAz ? 'instances' : 'instance';
  return succeeded(`cluster ${name} and its ${instances} are being deleted; ${left}`);
}

async function onRecord(
  { changes }: StepCall,
  plan: () => Promise<RecordedChange | Ended>,
): Promise<RecordedChange | Ended> {
  if (changes.earlier !== undefined) return changes.earlier;
  const planned = await plan();
  return 'outcome' in planned ? planned : await changes.keep(planned);
}

function underWay(
  { clock }: ClusterCopyDeps,
  change: 'cluster-copy' | 'copy-instance',
  id: string,
  to: string,
): Begun {
  const reference = databaseReferenceId({ change, sinceMs: clock.nowMs(), id, to });
  return { reference: { executor: 'resource', id: reference } };
}

const madeByOf = ({ subject, stepId }: StepCall) => `${subject.operation.operationId}/${stepId}`;
const isOfOperation = (madeBy: string | undefined, operationId: string) =>
  madeBy?.startsWith(`${operationId}/`) === true;

const succeeded = (detail: string): Ended => ({ outcome: 'SUCCEEDED', detail });
const failed = (detail: string): Ended => ({ outcome: 'FAILED', detail });
const foreign = (why: string): Ended => ({
  ...failed(`${why}: it is left as it is`),
  ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
});
