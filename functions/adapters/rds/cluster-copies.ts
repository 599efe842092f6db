import {
  CreateDBInstanceCommand,
  type DBCluster,
  DeleteDBClusterCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
} from '@aws-sdk/client-rds';
import { isMultiAzCluster } from '../../core/target/database.ts';
import type { ClusterCopy, ListedClusterSnapshot } from '../../core/target/database-copy.ts';
import type { ClusterCopies } from '../../ports/cluster-copies.ts';
import { NotFound } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';
import { onceItMay, originOf, ownGroup, tagsOf, unless } from './copy-requests.ts';

/**
 * Below that, `gp3` has its baseline of IOPS, which RDS shows, and accepts in no request.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
 */
const GP3_TAKES_IOPS_FROM_GIB = 400;

/** ClusterCopies over the API of RDS. */
export function createClusterCopies(client: Pick<RDSClient, 'send'>): ClusterCopies {
  const describe = async (id: string): Promise<DBCluster> => {
    const call = 'rds:DescribeDBClusters';
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: id });
    const { DBClusters: [found] = [] } = await translated(call, () => client.send(command));
    if (found) return found;
    throw new NotFound(`${call}: ${id}: the answer is empty`, { call });
  };
  return {
    listClusterSnapshots: async (id) => {
      const listed: ListedClusterSnapshot[] = [];
      let Marker: string | undefined;
      do {
        const command = new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: id, Marker });
        const page = await translated('rds:DescribeDBClusterSnapshots', () => client.send(command));
        for (const snapshot of page.DBClusterSnapshots ?? [])
          listed.push({
            name: snapshot.DBClusterSnapshotIdentifier ?? '',
            isAutomated: snapshot.SnapshotType === 'automated',
            status: snapshot.Status ?? 'unknown',
            takenAtMs: snapshot.SnapshotCreateTime?.getTime() ?? 0,
            engineVersion: snapshot.EngineVersion ?? 'unknown',
          });
        Marker = page.Marker;
      } while (Marker !== undefined && Marker !== '');
      return listed;
    },

    restoreCluster: async (original, snapshot, { name, madeBy }) => {
      const command = new RestoreDBClusterFromSnapshotCommand({
        ...likeOriginal(await describe(original)),
        ...{ DBClusterIdentifier: name, SnapshotIdentifier: snapshot.name },
        // RDS would choose its own default. An instance, in contrast, has the version of its snapshot.
        EngineVersion: snapshot.engineVersion,
        Tags: tagsOf(madeBy, original, snapshot.name),
      });
      await unless(
        /AlreadyExists/,
        translated('rds:RestoreDBClusterFromSnapshot', () => client.send(command)),
      );
    },

    readClusterCopy: async (name) => {
      try {
        return copyOf(await describe(name));
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    addInstance: async (like, cluster, { name, madeBy }) => {
      const call = 'rds:DescribeDBInstances';
      const read = new DescribeDBInstancesCommand({ DBInstanceIdentifier: like });
      const { DBInstances: [model] = [] } = await translated(call, () => client.send(read));
      if (model === undefined) throw new NotFound(`${call}: ${like}: the answer is empty`, { call });
      const command = new CreateDBInstanceCommand({
        ...{ DBInstanceIdentifier: name, DBClusterIdentifier: cluster },
        ...{ Engine: model.Engine, DBInstanceClass: model.DBInstanceClass },
        DBParameterGroupName: ownGroup(model.DBParameterGroups?.[0]?.DBParameterGroupName),
        PubliclyAccessible: model.PubliclyAccessible ?? false,
        AutoMinorVersionUpgrade: model.AutoMinorVersionUpgrade,
        Tags: tagsOf(madeBy, like),
      });
      const create = 'rds:CreateDBInstance';
      const sent = translated(create, () => client.send(command));
      await onceItMay(create, unless(/AlreadyExists/, sent));
    },

    deleteCluster: async (name, finalSnapshot) => {
      const command = new DeleteDBClusterCommand({
        ...{ DBClusterIdentifier: name, SkipFinalSnapshot: finalSnapshot === undefined },
        FinalDBSnapshotIdentifier: finalSnapshot,
      });
      const call = 'rds:DeleteDBCluster';
      const sent = translated(call, () => client.send(command));
      await onceItMay(call, unless(/already being deleted/, sent));
    },
  };
}

/** What RDS would otherwise choose by the defaults of the account, or could not know. */
function likeOriginal(original: DBCluster) {
  const groups = original.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
  return {
    Engine: original.Engine,
    Port: original.Port,
    DBSubnetGroupName: original.DBSubnetGroup,
    VpcSecurityGroupIds: groups?.length === 0 ? undefined : groups,
    DBClusterParameterGroupName: ownGroup(original.DBClusterParameterGroup),
    EnableIAMDatabaseAuthentication: original.IAMDatabaseAuthenticationEnabled,
    // By default, RDS enrols a copy in Extended Support, which costs money.
    EngineLifecycleSupport: original.EngineLifecycleSupport,
    ...(isMultiAzCluster(original.Engine) ? likeMultiAz(original) : likeAurora(original)),
  };
}

function likeAurora(original: DBCluster) {
  const { MinCapacity, MaxCapacity, SecondsUntilAutoPause } = original.ServerlessV2ScalingConfiguration ?? {};
  return {
    EngineMode: original.EngineMode,
    NetworkType: original.NetworkType,
    BacktrackWindow: original.BacktrackWindow === 0 ? undefined : original.BacktrackWindow,
    // `aurora` is the default, and is not accepted by all versions.
    StorageType: original.StorageType === 'aurora' ? undefined : original.StorageType,
    ServerlessV2ScalingConfiguration:
      MaxCapacity === undefined ? undefined : { MinCapacity, MaxCapacity, SecondsUntilAutoPause },
  };
}

/**
 * A Multi-AZ cluster has its instances from the start, all of one class. Its storage is as great as that of the snapshot: no
 * request can name it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
 */
function likeMultiAz({ AllocatedStorage = 0, Iops, ...original }: DBCluster) {
  const hasBaseline = original.StorageType === 'gp3' && AllocatedStorage < GP3_TAKES_IOPS_FROM_GIB;
  return {
    DBClusterInstanceClass: original.DBClusterInstanceClass,
    PubliclyAccessible: original.PubliclyAccessible ?? false,
    StorageType: original.StorageType,
    Iops: hasBaseline ? undefined : Iops,
  };
}

function copyOf({ Status, Endpoint, Port, TagList = [], ...described }: DBCluster): ClusterCopy {
  return {
    status: Status ?? 'unknown',
    isProtected: described.DeletionProtection ?? false,
    isMultiAz: isMultiAzCluster(described.Engine),
    members: (described.DBClusterMembers ?? []).map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier),
    ...(Endpoint !== undefined && { endpoint: `${Endpoint}:${Port}` }),
    ...originOf(TagList),
  };
}
