import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';
import {
  answerOfCluster,
  answerOfInstance,
  type Cluster,
  type DatabaseState,
  type Instance,
  type MultiAz,
  TAKES_MS,
} from './database-state.ts';
import { type Copies, deleteAutomated, refuseTaken } from './snapshot-operations.ts';

const identifier = z
  .string()
  .regex(/^[a-z](-?[a-z0-9])*$/)
  .max(63);
const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();
const restoreInput = z.object({
  DBClusterIdentifier: identifier,
  SnapshotIdentifier: z.string(),
  Engine: z.string(),
  EngineVersion: z.string().optional(),
  DBSubnetGroupName: z.string().optional(),
  VpcSecurityGroupIds: z.array(z.string()).optional(),
  DBClusterParameterGroupName: z.string().optional(),
  DBClusterInstanceClass: z.string().optional(),
  StorageType: z.string().optional(),
  Iops: z.int().optional(),
  PubliclyAccessible: z.boolean().optional(),
  Tags: tags,
});
const createInput = z.object({
  DBInstanceIdentifier: identifier,
  DBInstanceClass: z.string(),
  Engine: z.string(),
  DBClusterIdentifier: z.string(),
  DBParameterGroupName: z.string().optional(),
  PubliclyAccessible: z.boolean().optional(),
  Tags: tags,
});
const deleteInput = z.object({
  DBClusterIdentifier: z.string(),
  SkipFinalSnapshot: z.boolean().default(false),
  FinalDBSnapshotIdentifier: identifier.optional(),
});

/** What RDS restores to, where a request names no version. */
const DEFAULT_VERSION = '17.5';

/**
 * Clusters that are made from snapshots, without instances at first, and their end.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
 */
export function clusterRestoreOperations(
  { clock, instances, clusters, effects, instanceOf, clusterOf }: DatabaseState,
  copies: Copies,
  plain: Instance,
): Operations {
  return {
    RestoreDBClusterFromSnapshot: (input) => {
      const asked = restoreInput.parse(input);
      const { DBClusterIdentifier: id, SnapshotIdentifier: name } = asked;
      if (clusters.has(id))
        throw new ApiError('DBClusterAlreadyExistsFault', `DB Cluster ${id} already exists.`);
      const snapshot = copies.cluster.get(name);
      if (snapshot === undefined)
        throw new ApiError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${name} not found.`);
      if (snapshot.status !== 'available')
        throw new ApiError('InvalidDBClusterSnapshotStateFault', `${name} is not in available state.`);
      const isMultiAz = ['mysql', 'postgres'].includes(asked.Engine);
      if (isMultiAz && id.length > 52)
        throw new ApiError(
          'InvalidParameterValue',
          `${id} has more than the 52 characters of a Multi-AZ cluster.`,
        );
      const multiAz = isMultiAz ? multiAzOf(asked, clusters.get(snapshot.id)?.multiAz) : undefined;
      const instanceIds = multiAz ? [1, 2, 3].map((number) => `${id}-instance-${number}`) : [];
      const restored: Cluster = {
        ...{ status: 'creating', engine: asked.Engine, isProtected: false },
        writer: instanceIds[0] ?? '',
        members: instanceIds.map((member) => ({ id: member, tier: 1 })),
        ...(multiAz && { multiAz }),
        engineVersion: asked.EngineVersion ?? DEFAULT_VERSION,
        subnetGroup: asked.DBSubnetGroupName ?? 'default',
        securityGroups: asked.VpcSecurityGroupIds ?? ['sg-default'],
        parameterGroup: asked.DBClusterParameterGroupName ?? 'default.aurora-postgresql16',
        tags: asked.Tags ?? [],
      };
      clusters.set(id, restored);
      for (const member of instanceIds)
        instances.set(member, {
          ...plain,
          ...multiAz,
          status: 'creating',
          cluster: id,
          engine: asked.Engine,
        });
      effects.push({ kind: 'restored', id, to: name });
      clock.after(TAKES_MS, () => {
        for (const made of [restored, ...instanceIds.map(instanceOf)]) made.status = 'available';
      });
      return { DBCluster: answerOfCluster(id, restored) };
    },
    CreateDBInstance: (input) => {
      const asked = createInput.parse(input);
      const { DBInstanceIdentifier: id, DBClusterIdentifier } = asked;
      if (instances.has(id))
        throw new ApiError('DBInstanceAlreadyExistsFault', `DB instance ${id} already exists.`);
      const cluster = clusterOf(DBClusterIdentifier);
      if (cluster.multiAz)
        throw new ApiError(
          'InvalidParameterCombination',
          `DB instances can't be added to the Multi-AZ DB cluster ${DBClusterIdentifier}.`,
        );
      if (cluster.status !== 'available')
        throw new ApiError('InvalidDBClusterStateFault', `${DBClusterIdentifier} is not in available state.`);
      const added: Instance = {
        ...{ ...plain, status: 'creating', cluster: DBClusterIdentifier, storageType: 'aurora' },
        ...{ engine: asked.Engine, instanceClass: asked.DBInstanceClass, subnetGroup: cluster.subnetGroup },
        securityGroups: cluster.securityGroups,
        parameterGroup: asked.DBParameterGroupName ?? plain.parameterGroup,
        isPublic: asked.PubliclyAccessible ?? false,
        tags: asked.Tags ?? [],
      };
      instances.set(id, added);
      cluster.members = [...cluster.members, { id, tier: 1 }];
      if (cluster.writer === '') cluster.writer = id;
      effects.push({ kind: 'added', id, to: DBClusterIdentifier });
      clock.after(TAKES_MS, () => {
        added.status = 'available';
        added.endpoint = `${id}.abcdefghijkl.us-east-1.rds.amazonaws.com`;
      });
      return { DBInstance: answerOfInstance(id, added) };
    },
    DeleteDBCluster: (input) => {
      const asked = deleteInput.parse(input);
      const { DBClusterIdentifier: id, FinalDBSnapshotIdentifier: final } = asked;
      const cluster = clusterOf(id);
      if (cluster.status === 'deleting')
        throw new ApiError('InvalidDBClusterStateFault', `Cluster ${id} is already being deleted.`);
      if (asked.SkipFinalSnapshot === (final !== undefined))
        throw new ApiError(
          'InvalidParameterCombination',
          'FinalDBSnapshotIdentifier is required unless skipped.',
        );
      if (cluster.isProtected)
        throw new ApiError('InvalidParameterCombination', 'Cannot delete protected Cluster.');
      const mayHaveInstances = cluster.multiAz !== undefined;
      if (
        !mayHaveInstances &&
        cluster.members.some((member) => instances.get(member.id)?.status !== 'deleting')
      )
        throw new ApiError(
          'InvalidDBClusterStateFault',
          'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
        );
      if (final !== undefined) refuseTaken(copies, 'cluster', final);
      cluster.status = 'deleting';
      for (const member of cluster.members) instanceOf(member.id).status = 'deleting';
      effects.push({ kind: 'deleted', id, ...(final !== undefined && { to: final }) });
      clock.after(TAKES_MS, () => {
        clusters.delete(id);
        deleteAutomated(copies, 'cluster', id);
        for (const member of cluster.members) instances.delete(member.id);
        if (final !== undefined)
          copies.cluster.set(final, {
            ...{ id, status: 'available', type: 'manual', takenAtMs: clock.nowMs() },
            engineVersion: cluster.engineVersion,
          });
      });
      return { DBCluster: answerOfCluster(id, cluster) };
    },
  };
}

/** What RDS makes of a request for a Multi-AZ cluster. @param original that of the snapshot, if it is still there */
function multiAzOf(asked: z.infer<typeof restoreInput>, original: MultiAz | undefined): MultiAz {
  const { DBClusterInstanceClass: instanceClass, StorageType: storageType = 'io1', Iops } = asked;
  const storageGiB = original?.storageGiB ?? 100;
  const refused = (message: string) => new ApiError('InvalidParameterCombination', message);
  if (instanceClass === undefined)
    throw refused('DBClusterInstanceClass is required for a Multi-AZ cluster.');
  const hasBaseline = storageType === 'gp3' && storageGiB < 400;
  if (hasBaseline && Iops !== undefined)
    throw refused(`You can't specify IOPS for a storage size less than 400 of ${storageType}.`);
  if (!hasBaseline && asked.StorageType !== undefined && Iops === undefined)
    throw refused(`A value for Iops is required with the storage type ${storageType}.`);
  const isPublic = asked.PubliclyAccessible ?? true;
  return { instanceClass, storageGiB, storageType, iops: Iops ?? 3_000, isPublic };
}
