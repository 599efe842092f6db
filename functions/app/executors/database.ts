import type { Inspection } from '../../core/operation/inspection.ts';
import { isBusyFor, readiness, writerOf } from '../../core/target/database.ts';
import { clusterCopyOutcome, copyInstanceOutcome, copyOutcome } from '../../core/target/database-copy.ts';
import {
  type DatabaseReference,
  databaseReferenceId,
  describeDatabaseReference,
} from '../../core/target/database-reference.ts';
import { resizeOutcome } from '../../core/target/database-size.ts';
import { snapshotOutcome } from '../../core/target/database-snapshot.ts';
import { FAILOVERS_OF_MINUTES } from '../../core/target/failover-event.ts';
import { standbyOutcome } from '../../core/target/standby-failover.ts';
import { writerMoveOutcome } from '../../core/target/writer-move.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { mayHaveBeenAccepted, ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';
import { restoreBesideCluster } from './cluster-copy.ts';
import { failBackCluster, failOverCluster } from './cluster-failover.ts';
import { restore } from './database-copy.ts';
import { resize } from './database-size.ts';
import { snapshot } from './database-snapshot.ts';
import { isFirstTry } from './sent-once.ts';
import { failBackFromStandby, failOverToStandby } from './standby-failover.ts';

export interface DatabaseBeginDeps {
  readonly databases: Databases;
  readonly clock: Clock;
}
export interface DatabaseInspectDeps {
  readonly databases: Pick<
    Databases,
    'readInstance' | 'readCluster' | 'listFailovers' | 'readSnapshot' | 'readCopy' | 'readClusterCopy'
  >;
  readonly clock: Clock;
}

/** RDS may call an instance available for a moment after it has accepted a reboot. */
const SHOWN_AFTER_MS = 30_000;

/** Carries out an action on an instance of RDS or Aurora. */
export async function beginOnInstance(
  deps: DatabaseBeginDeps,
  type: string,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { params } = call;
  switch (type) {
    case 'restart_service':
      return params['failover'] === true
        ? await failOverToStandby(deps, id, call)
        : await reboot(deps, id, call);
    case 'failover':
      return params['phase'] === 'undo'
        ? await failBackFromStandby(deps, id, call)
        : await failOverToStandby(deps, id, call);
    case 'increase_resources':
      return await resize(deps, id, call);
    case 'restore_snapshot':
      return await restore(deps, id, call);
    case 'snapshot_database':
      return await snapshot(deps, 'instance', id, call);
    default:
      return failed(`${type} cannot be done on an instance of RDS`);
  }
}

/** Carries out an action on a cluster of Aurora, or on a Multi-AZ cluster of RDS. */
export async function beginOnCluster(
  deps: DatabaseBeginDeps,
  type: string,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { params } = call;
  switch (type) {
    case 'failover':
      return params['phase'] === 'undo'
        ? await failBackCluster(deps, id, call)
        : await failOverCluster(deps, id, call);
    case 'restore_snapshot':
      return await restoreBesideCluster(deps, id, call);
    case 'snapshot_database':
      return await snapshot(deps, 'cluster', id, call);
    default:
      return failed(`${type} cannot be done on a cluster of RDS`);
  }
}

/**
 * A reboot is relative, and RDS shows it only while it lasts. So it is on record before it is asked for, and is asked for at
 * most once.
 */
async function reboot(
  { databases, clock }: DatabaseBeginDeps,
  id: string,
  { changes }: StepCall,
): Promise<Begun> {
  const { status } = await databases.readInstance(id);
  if (changes.earlier === undefined && isBusyFor(status))
    throw new TargetBusy(`${id} is ${status}, and RDS does not reboot it before that is over`);
  const reference: DatabaseReference = { change: 'reboot', sinceMs: clock.nowMs(), id };
  if (await isFirstTry(changes)) await requestReboot(databases, id);
  else if (status !== 'rebooting')
    throw new ServiceUnavailable(
      `${id} may have been rebooted by an earlier try whose answer was lost; RDS cannot tell, so it is not rebooted again`,
    );
  return { reference: { executor: 'resource', id: databaseReferenceId(reference) } };
}

/** The SDK may send it twice, where an answer was late: RDS refuses the second request. */
async function requestReboot(databases: DatabaseBeginDeps['databases'], id: string): Promise<void> {
  try {
    await databases.reboot(id, false);
  } catch (error) {
    if (!mayHaveBeenAccepted(error) || (await databases.readInstance(id)).status !== 'rebooting') throw error;
  }
}

function failed(detail: string): Ended {
  return { outcome: 'FAILED', detail };
}

/** Looks how far something has come that was begun on a database. */
export async function inspect(deps: DatabaseInspectDeps, reference: DatabaseReference): Promise<Inspection> {
  const { id } = reference;
  const done = await endOf(deps, reference);
  const detail = `${describeDatabaseReference(reference)}: ${done.detail}`;
  const outcome = done.outcome && { outcome: done.outcome };
  return { ...outcome, detail, targets: [{ id, ...outcome, detail }], targetCount: 1 };
}

async function endOf(
  { databases, clock }: DatabaseInspectDeps,
  { change, sinceMs, id, to, afterMs = sinceMs }: DatabaseReference,
): Promise<{ readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string }> {
  if (change === 'snapshot' || change === 'cluster-snapshot') {
    const name = String(to);
    const of = change === 'snapshot' ? 'instance' : 'cluster';
    return snapshotOutcome(name, await databases.readSnapshot(of, name));
  }
  const copy = String(to);
  if (change === 'copy') return copyOutcome(copy, await databases.readCopy(copy));
  if (change === 'cluster-copy') return clusterCopyOutcome(copy, await databases.readClusterCopy(copy));
  if (change === 'copy-instance') {
    const [instance, cluster] = await Promise.all([
      databases.readCopy(copy),
      databases.readClusterCopy(copy),
    ]);
    return copyInstanceOutcome(copy, instance, cluster);
  }
  if (change === 'cluster-failover') {
    const cluster = await databases.readCluster(id);
    const writer = writerOf(cluster) ?? 'none';
    const detail = `the cluster is ${cluster.status}, its writer is ${writer}`;
    return { ...ended(cluster.status, writer === to), detail };
  }
  if (change === 'writer-move') {
    const cluster = await databases.readCluster(id);
    const events = await databases.listFailovers('cluster', id, FAILOVERS_OF_MINUTES);
    return writerMoveOutcome(cluster, { from: String(to), afterMs }, events);
  }
  const instance = await databases.readInstance(id);
  const { status } = instance;
  const ageMs = clock.nowMs() - sinceMs;
  if (change === 'class') return resizeOutcome(instance, { instanceClass: String(to) }, ageMs);
  if (change === 'storage') return resizeOutcome(instance, { storageGiB: Number(to) }, ageMs);
  if (change === 'failover') {
    const nowMs = clock.nowMs();
    const events = await databases.listFailovers('instance', id, FAILOVERS_OF_MINUTES);
    return standbyOutcome(instance, { to: String(to), afterMs, requestedAtMs: sinceMs }, events, nowMs);
  }
  return { ...ended(status, ageMs >= SHOWN_AFTER_MS), detail: `the instance is ${status}` };
}

/** @param isThere whether what was begun shows, apart from the status */
function ended(status: string, isThere: boolean): { readonly outcome?: 'SUCCEEDED' | 'FAILED' } {
  const state = readiness(status);
  if (state === 'stuck') return { outcome: 'FAILED' };
  return state === 'serving' && isThere ? { outcome: 'SUCCEEDED' } : {};
}
