import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';
import { answerOfInstance, type DatabaseState, type Instance, TAKES_MS } from './database-state.ts';
import { type Copies, deleteAutomated, refuseTaken } from './snapshot-operations.ts';

const restoreInput = z.object({
  DBInstanceIdentifier: z
    .string()
    .regex(/^[a-z](-?[a-z0-9])*$/)
    .max(63),
  DBSnapshotIdentifier: z.string(),
  DBInstanceClass: z.string().optional(),
  DBSubnetGroupName: z.string().optional(),
  VpcSecurityGroupIds: z.array(z.string()).optional(),
  DBParameterGroupName: z.string().optional(),
  PubliclyAccessible: z.boolean().optional(),
  MultiAZ: z.boolean().optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
});
const deleteInput = z.object({
  DBInstanceIdentifier: z.string(),
  SkipFinalSnapshot: z.boolean().default(false),
  FinalDBSnapshotIdentifier: z.string().optional(),
});

/**
 * Statuses in which RDS takes no final snapshot.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
const NO_SNAPSHOT_OF: ReadonlySet<string> = new Set([
  'creating',
  'failed',
  'incompatible-network',
  'incompatible-restore',
]);

/** Instances that are made from snapshots, with RDS's defaults where a request says nothing, and their end. */
export function restoreOperations(
  { clock, instances, clusters, effects, instanceOf }: DatabaseState,
  copies: Copies,
  plain: Instance,
): Operations {
  return {
    RestoreDBInstanceFromDBSnapshot: (input) => {
      const asked = restoreInput.parse(input);
      const { DBInstanceIdentifier: id, DBSnapshotIdentifier: name } = asked;
      if (instances.has(id))
        throw new ApiError('DBInstanceAlreadyExistsFault', `DB instance ${id} already exists.`);
      const snapshot = copies.db.get(name);
      if (snapshot === undefined)
        throw new ApiError('DBSnapshotNotFoundFault', `DBSnapshot ${name} not found.`);
      if (snapshot.status !== 'available')
        throw new ApiError('InvalidDBSnapshotStateFault', `${name} is not in available state.`);
      const { engine, instanceClass, storageGiB } = snapshot.original ?? plain;
      const restored: Instance = {
        ...{ ...plain, engine, storageGiB },
        ...{ status: 'creating', endpoint: undefined, pending: {}, isProtected: false },
        zone: 'us-east-1a',
        standbyZone: asked.MultiAZ === true ? 'us-east-1b' : undefined,
        instanceClass: asked.DBInstanceClass ?? instanceClass,
        subnetGroup: asked.DBSubnetGroupName ?? 'default',
        securityGroups: asked.VpcSecurityGroupIds ?? ['sg-default'],
        parameterGroup: asked.DBParameterGroupName ?? 'default.postgres16',
        isPublic: asked.PubliclyAccessible ?? false,
        tags: asked.Tags ?? [],
      };
      instances.set(id, restored);
      effects.push({ kind: 'restored', id, to: name });
      clock.after(TAKES_MS, () => {
        restored.status = 'available';
        restored.endpoint = `${id}.abcdefghijkl.us-east-1.rds.amazonaws.com`;
      });
      return { DBInstance: answerOfInstance(id, restored) };
    },
    DeleteDBInstance: (input) => {
      const asked = deleteInput.parse(input);
      const { DBInstanceIdentifier: id, FinalDBSnapshotIdentifier: final } = asked;
      const instance = instanceOf(id);
      if (instance.status === 'deleting')
        throw new ApiError('InvalidDBInstanceStateFault', `Instance ${id} is already being deleted.`);
      if (instance.isProtected)
        throw new ApiError('InvalidParameterCombination', 'Cannot delete protected DB Instance.');
      if (asked.SkipFinalSnapshot === (final !== undefined))
        throw new ApiError(
          'InvalidParameterCombination',
          'FinalDBSnapshotIdentifier is required unless skipped.',
        );
      if (final !== undefined && NO_SNAPSHOT_OF.has(instance.status))
        throw new ApiError('InvalidDBInstanceStateFault', `Instance ${id} is ${instance.status}.`);
      const cluster = clusters.get(instance.cluster ?? '');
      if (cluster && final !== undefined)
        throw new ApiError(
          'InvalidParameterCombination',
          'FinalDBSnapshotIdentifier cannot be specified when deleting a cluster instance.',
        );
      if (final !== undefined) refuseTaken(copies, 'db', final);
      const original = { ...instance };
      instance.status = 'deleting';
      effects.push({ kind: 'deleted', id, ...(final !== undefined && { to: final }) });
      clock.after(TAKES_MS, () => {
        instances.delete(id);
        if (cluster) cluster.members = cluster.members.filter((member) => member.id !== id);
        deleteAutomated(copies, 'db', id);
        if (final !== undefined)
          copies.db.set(final, {
            ...{ id, status: 'available', type: 'manual', takenAtMs: clock.nowMs() },
            original,
          });
      });
      return { DBInstance: answerOfInstance(id, instance) };
    },
  };
}
