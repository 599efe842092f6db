import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';
import { answerOfInstance, type DatabaseState, type Instance, TAKES_MS } from './database-state.ts';

/** How long RDS optimizes storage after a change, at least, and takes no other one. */
const OPTIMIZES_MS = 6 * 3_600_000;

const modifyInput = z.object({
  DBInstanceIdentifier: z.string(),
  ApplyImmediately: z.boolean().default(false),
  DBInstanceClass: z.string().optional(),
  AllocatedStorage: z.int().optional(),
  Iops: z.int().optional(),
  MultiAZ: z.boolean().optional(),
});
type Asked = z.infer<typeof modifyInput>;

const refuse = (message: string): never => {
  throw new ApiError('InvalidParameterCombination', message);
};

/** How much storage an instance will have. */
function wantedStorage({ AllocatedStorage, Iops }: Asked, instance: Instance): number | undefined {
  if (AllocatedStorage === undefined) return undefined;
  const { storageGiB, storageType, takesStorage, cluster } = instance;
  if (cluster !== undefined) refuse('The storage of a DB instance in a DB cluster cannot be modified.');
  if (AllocatedStorage < storageGiB)
    refuse(
      `Requested storage size (${AllocatedStorage}) cannot be less than the current storage size (${storageGiB})`,
    );
  if (!takesStorage)
    refuse(
      "You can't currently modify the storage of this DB instance because the previous storage change is being optimized.",
    );
  if (storageType.startsWith('io') && Iops === undefined)
    refuse(
      'You must specify both the storage size and iops when modifying the storage size or iops on a DB instance that has iops.',
    );
  return Math.max(AllocatedStorage, Math.ceil((storageGiB * 11) / 10));
}

/** `ModifyDBInstance`: what is asked for waits, with whatever else does, for the maintenance window or is done at once. */
export function resizeOperations(state: DatabaseState): Operations {
  const { clock, effects, announce } = state;

  const apply = (id: string, instance: Instance): void => {
    const { DBInstanceClass, AllocatedStorage, ...rest } = instance.pending;
    for (const [name, value] of Object.entries(rest))
      effects.push({ kind: 'resized', id, to: `${name} ${value}` });
    if (typeof DBInstanceClass === 'string') effects.push({ kind: 'resized', id, to: DBInstanceClass });
    if (typeof AllocatedStorage === 'number')
      effects.push({ kind: 'resized', id, to: `${AllocatedStorage} GiB` });
    instance.status = 'modifying';
    clock.after(TAKES_MS, () => {
      instance.pending = {};
      instance.status = 'available';
      if (typeof DBInstanceClass === 'string') {
        instance.instanceClass = DBInstanceClass;
        // The standby is changed first, and takes over.
        if (instance.standbyZone !== undefined) {
          announce('db', id, 'RDS-EVENT-0013', 'Multi-AZ instance failover started.', 'failover');
          state.swapZones(instance);
          announce('db', id, 'RDS-EVENT-0049', 'Multi-AZ instance failover completed.', 'failover');
        }
        announce('db', id, 'RDS-EVENT-0014', 'Finished applying modification to DB instance class.');
      }
      if (typeof AllocatedStorage !== 'number') return;
      instance.storageGiB = AllocatedStorage;
      instance.takesStorage = false;
      instance.status = 'storage-optimization';
      announce('db', id, 'RDS-EVENT-0017', 'Finished applying modification to allocated storage.');
      clock.after(OPTIMIZES_MS, () => {
        instance.takesStorage = true;
        if (instance.status === 'storage-optimization') instance.status = 'available';
      });
    });
  };

  return {
    ModifyDBInstance: (input) => {
      const asked = modifyInput.parse(input);
      const { DBInstanceIdentifier: id, DBInstanceClass, MultiAZ } = asked;
      const instance = state.instanceOf(id);
      if (!['available', 'storage-optimization', 'storage-full'].includes(instance.status))
        throw new ApiError('InvalidDBInstanceStateFault', `Database instance is not in available state.`);
      const AllocatedStorage = wantedStorage(asked, instance);
      const changes = {
        ...(DBInstanceClass !== undefined &&
          DBInstanceClass !== instance.instanceClass && { DBInstanceClass }),
        ...(AllocatedStorage !== undefined && { AllocatedStorage }),
        ...(MultiAZ !== undefined && { MultiAZ }),
      };
      instance.pending = { ...instance.pending, ...changes };
      if (asked.ApplyImmediately && Object.keys(instance.pending).length > 0) apply(id, instance);
      return { DBInstance: answerOfInstance(id, instance) };
    },
  };
}
