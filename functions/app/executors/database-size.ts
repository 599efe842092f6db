import { type DbInstance, readiness } from '../../core/target/database.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import {
  type DatabaseSize,
  describeDatabaseSize,
  iopsBeside,
  isBusyForResize,
  nextDatabaseSize,
  ONE_CHANGE_OF_STORAGE,
  pendingProblem,
  resizeProblem,
  sizeNow,
} from '../../core/target/database-size.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { RequestRefused, TargetBusy } from '../../ports/errors.ts';
import type { Begun, ChangeRecords, Ended, StepCall } from './action-call.ts';
import { changeSetting, type Setting, undoSetting } from './change-setting.ts';

export interface DatabaseSizeDeps {
  readonly databases: Pick<Databases, 'readInstance' | 'resize'>;
  readonly clock: Clock;
}

/** Gives an instance of RDS the next class, or the next amount of storage; or gives it its class back. */
export async function resize(
  deps: DatabaseSizeDeps,
  id: string,
  { changes, params }: StepCall,
): Promise<Begun> {
  if (params['phase'] === 'undo') return await resizeBack(deps, id, changes);
  const ladder = params['ladder'] as readonly DatabaseSize[];
  const part = ladder.some(({ instanceClass }) => instanceClass !== undefined)
    ? 'instanceClass'
    : 'storageGiB';
  const size = sizeOf(deps.databases, id, part);
  let recorded = changes.earlier;
  const keep: typeof changes.keep = async (change) => {
    recorded = await changes.keep(change);
    return recorded;
  };
  const changed = await changeSetting({ ...changes, keep }, size.setting, async () => {
    const instance = await size.seen();
    const problem = problemNow(instance, part) ?? pendingProblem(instance, part);
    return problem === undefined ? nextDatabaseSize(instance, ladder) : { problem };
  });
  if (changed.outcome === 'FAILED' || recorded === undefined) return changed;
  return await underWay(deps, id, size, JSON.parse(recorded.intended) as DatabaseSize, changed);
}

async function resizeBack(deps: DatabaseSizeDeps, id: string, changes: ChangeRecords): Promise<Begun> {
  const { undone } = changes;
  if (undone === undefined) return { outcome: 'SUCCEEDED', detail: `the size of ${id} was never changed` };
  const before = JSON.parse(undone.before) as DatabaseSize;
  if (before.storageGiB !== undefined) {
    const { storage } = await deps.databases.readInstance(id);
    const detail = `storage of ${id} stays at ${storage.giB} GiB, as RDS cannot make it smaller`;
    return { outcome: 'SUCCEEDED', detail };
  }
  const size = sizeOf(deps.databases, id, 'instanceClass');
  const changed = await undoSetting(changes, size.setting);
  if (changed.outcome === 'FAILED') return changed;
  return await underWay(deps, id, size, before, changed);
}

interface SizeOf {
  readonly setting: Setting<DatabaseSize>;
  /** The instance as it was read last. */
  readonly seen: () => Promise<DbInstance>;
}

function sizeOf(databases: DatabaseSizeDeps['databases'], id: string, part: keyof DatabaseSize): SizeOf {
  let last: DbInstance | undefined;
  const look = async (): Promise<DbInstance> => {
    last = await databases.readInstance(id);
    return last;
  };
  const seen = async (): Promise<DbInstance> => last ?? (await look());
  return {
    seen,
    setting: {
      name: `${part === 'instanceClass' ? 'class' : 'storage'} of ${id}`,
      describe: describeDatabaseSize,
      read: async () => ({ value: sizeNow(await look(), part) }),
      write: async (size) => {
        const instance = await seen();
        const problem = problemNow(instance, part);
        if (problem !== undefined) throw new RequestRefused(`${id}: ${problem}`);
        await explained(databases.resize(id, size, iopsBeside(instance)));
      },
    },
  };
}

/** @throws TargetBusy: what keeps RDS from changing it will be over by itself */
function problemNow(instance: DbInstance, part: keyof DatabaseSize): string | undefined {
  const problem = resizeProblem(instance, part);
  if (isBusyForResize(instance, part)) throw new TargetBusy(`${instance.id}: ${problem}`);
  return problem;
}

/**
 * RDS shows nowhere how long ago storage was changed, and says only that it was. It may still call an instance available
 * with which it is busy: with a change that it has just accepted, too.
 *
 * @throws TargetBusy while it is
 */
async function explained(resizing: Promise<void>): Promise<void> {
  try {
    await resizing;
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    if (/^InvalidDBInstanceState/.test(error.serviceCode ?? '')) throw new TargetBusy(error.message);
    if (!/previous storage change/.test(error.message)) throw error;
    throw new RequestRefused(`${error.message} RDS ${ONE_CHANGE_OF_STORAGE}`, { cause: error });
  }
}

async function underWay(
  { clock }: Pick<DatabaseSizeDeps, 'clock'>,
  id: string,
  { seen }: SizeOf,
  size: DatabaseSize,
  changed: Ended,
): Promise<Begun> {
  const { status, instanceClass, pending } = await seen();
  // It was never changed, and nothing is under way.
  const isThere = instanceClass === size.instanceClass && pending.instanceClass === undefined;
  if (isThere && readiness(status) === 'serving') return changed;
  const change = size.instanceClass === undefined ? 'storage' : 'class';
  const to = String(size.instanceClass ?? size.storageGiB);
  const reference = databaseReferenceId({ change, sinceMs: clock.nowMs(), id, to });
  return { reference: { executor: 'resource', id: reference } };
}
