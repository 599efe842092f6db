import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  type DBCluster,
  type DBInstance,
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  FailoverDBClusterCommand,
  ModifyDBInstanceCommand,
  type PendingModifiedValues,
  type RDSClient,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import type { DbCluster, DbInstance, PendingChanges } from '../../core/target/database.ts';
import type { Databases } from '../../ports/databases.ts';
import { NotFound, RequestRefused } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';
import { createClusterCopies } from './cluster-copies.ts';
import { createDatabaseCopies } from './database-copies.ts';
import { listFailovers } from './failover-events.ts';

/** The tier of a member that has none: the last. */
const LAST_TIER = 15;

/** Databases over the API of RDS. */
export function createDatabases(client: Pick<RDSClient, 'send'>): Databases {
  return {
    ...createDatabaseCopies(client),
    ...createClusterCopies(client),

    readInstance: async (id) => {
      const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
      const { DBInstances = [] } = await translated('rds:DescribeDBInstances', () => client.send(command));
      return instanceOf(id, only(DBInstances, 'rds:DescribeDBInstances', id));
    },

    readCluster: async (id) => {
      const command = new DescribeDBClustersCommand({ DBClusterIdentifier: id });
      const { DBClusters = [] } = await translated('rds:DescribeDBClusters', () => client.send(command));
      return clusterOf(id, only(DBClusters, 'rds:DescribeDBClusters', id));
    },

    listFailovers: async (of, id, lastMinutes) => await listFailovers(client, of, id, lastMinutes),

    reboot: async (id, toStandby) => {
      const command = new RebootDBInstanceCommand({
        DBInstanceIdentifier: id,
        ...(toStandby && { ForceFailover: true }),
      });
      await translated('rds:RebootDBInstance', () => client.send(command));
    },

    failOver: async (id, toMember) => {
      const command = new FailoverDBClusterCommand({
        DBClusterIdentifier: id,
        TargetDBInstanceIdentifier: toMember,
      });
      await translated('rds:FailoverDBCluster', () => client.send(command));
    },

    resize: async (id, { instanceClass, storageGiB }, iops) => {
      const command = new ModifyDBInstanceCommand({
        ...{ DBInstanceIdentifier: id, ApplyImmediately: true },
        DBInstanceClass: instanceClass,
        AllocatedStorage: storageGiB,
        ...(storageGiB !== undefined && { Iops: iops }),
      });
      await translated('rds:ModifyDBInstance', () => client.send(command));
    },

    readSnapshot: async (of, name) => {
      try {
        const [found] = await (of === 'instance' ? snapshots(client, name) : clusterSnapshots(client, name));
        return found && { status: found.Status ?? 'unknown', percent: found.PercentProgress ?? 0 };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    takeSnapshot: async (of, id, name) => {
      try {
        if (of === 'instance') {
          const command = new CreateDBSnapshotCommand({
            DBInstanceIdentifier: id,
            DBSnapshotIdentifier: name,
          });
          await translated('rds:CreateDBSnapshot', () => client.send(command));
        } else {
          const command = new CreateDBClusterSnapshotCommand({
            DBClusterIdentifier: id,
            DBClusterSnapshotIdentifier: name,
          });
          await translated('rds:CreateDBClusterSnapshot', () => client.send(command));
        }
      } catch (error) {
        if (!(error instanceof RequestRefused && error.serviceCode?.includes('SnapshotAlreadyExists')))
          throw error;
      }
    },

    deleteSnapshot: async (of, name) => {
      if (of === 'instance') {
        const command = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name });
        await translated('rds:DeleteDBSnapshot', () => client.send(command));
      } else {
        const command = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name });
        await translated('rds:DeleteDBClusterSnapshot', () => client.send(command));
      }
    },
  };
}

async function snapshots(client: Pick<RDSClient, 'send'>, name: string) {
  const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name });
  const { DBSnapshots = [] } = await translated('rds:DescribeDBSnapshots', () => client.send(command));
  return DBSnapshots;
}

async function clusterSnapshots(client: Pick<RDSClient, 'send'>, name: string) {
  const command = new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name });
  const answer = await translated('rds:DescribeDBClusterSnapshots', () => client.send(command));
  return answer.DBClusterSnapshots ?? [];
}

/** RDS answers with an error where it knows none. */
function only<Described>([found]: readonly Described[], call: string, id: string): Described {
  if (found === undefined) throw new NotFound(`${call}: ${id}: the answer is empty`, { call });
  return found;
}

function instanceOf(id: string, described: DBInstance): DbInstance {
  const { MaxAllocatedStorage, Iops, PercentProgress } = described;
  return {
    id,
    status: described.DBInstanceStatus ?? 'unknown',
    isMultiAz: described.MultiAZ ?? false,
    zone: described.AvailabilityZone,
    standbyZone: described.SecondaryAvailabilityZone,
    cluster: described.DBClusterIdentifier,
    engine: described.Engine ?? 'unknown',
    instanceClass: described.DBInstanceClass ?? 'unknown',
    storage: {
      giB: described.AllocatedStorage ?? 0,
      type: described.StorageType ?? 'unknown',
      ...(MaxAllocatedStorage !== undefined && { maximumGiB: MaxAllocatedStorage }),
      ...(Iops !== undefined && { iops: Iops }),
    },
    pending: pendingOf(described.PendingModifiedValues),
    ...(PercentProgress !== undefined && { optimizedPercent: Number.parseInt(PercentProgress, 10) }),
  };
}

function pendingOf({
  DBInstanceClass,
  AllocatedStorage,
  ...others
}: PendingModifiedValues = {}): PendingChanges {
  return {
    ...(DBInstanceClass !== undefined && { instanceClass: DBInstanceClass }),
    ...(AllocatedStorage !== undefined && { storageGiB: AllocatedStorage }),
    others: Object.entries(others).flatMap(([name, value]) => (isSet(value) ? [name] : [])),
  };
}

/** The SDK makes an empty list or structure of what RDS mentions without a value. */
function isSet(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined && value !== null;
  return Object.values(value).some(isSet);
}

function clusterOf(
  id: string,
  { Status = 'unknown', Engine = 'unknown', DBClusterMembers = [] }: DBCluster,
): DbCluster {
  return {
    id,
    status: Status,
    engine: Engine,
    members: DBClusterMembers.map(
      ({ DBInstanceIdentifier = '', IsClusterWriter = false, PromotionTier = LAST_TIER }) => ({
        id: DBInstanceIdentifier,
        isWriter: IsClusterWriter,
        promotionTier: PromotionTier,
      }),
    ),
  };
}
