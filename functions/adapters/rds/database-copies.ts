import {
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import type { DatabaseCopy, ListedSnapshot } from '../../core/target/database-copy.ts';
import type { DatabaseCopies } from '../../ports/database-copies.ts';
import { NotFound } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';
import { onceItMay, originOf, ownGroup, tagsOf, unless } from './copy-requests.ts';

/** DatabaseCopies over the API of RDS. */
export function createDatabaseCopies(client: Pick<RDSClient, 'send'>): DatabaseCopies {
  const describe = async (id: string): Promise<DBInstance> => {
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
    const { DBInstances } = await translated('rds:DescribeDBInstances', () => client.send(command));
    const [found] = DBInstances ?? [];
    if (found) return found;
    throw new NotFound(`rds:DescribeDBInstances: ${id}: the answer is empty`, {
      call: 'rds:DescribeDBInstances',
    });
  };
  return {
    listSnapshots: async (id) => {
      const listed: ListedSnapshot[] = [];
      let Marker: string | undefined;
      do {
        const command = new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: id, Marker });
        const page = await translated('rds:DescribeDBSnapshots', () => client.send(command));
        for (const { DBSnapshotIdentifier, SnapshotType, Status, SnapshotCreateTime } of page.DBSnapshots ??
          [])
          listed.push({
            name: DBSnapshotIdentifier ?? '',
            isAutomated: SnapshotType === 'automated',
            status: Status ?? 'unknown',
            takenAtMs: SnapshotCreateTime?.getTime() ?? 0,
          });
        Marker = page.Marker;
      } while (Marker !== undefined && Marker !== '');
      return listed;
    },

    restoreCopy: async (original, snapshot, { name, madeBy }) => {
      const command = new RestoreDBInstanceFromDBSnapshotCommand({
        ...likeOriginal(await describe(original)),
        ...{ DBInstanceIdentifier: name, DBSnapshotIdentifier: snapshot },
        // It costs half, and can be changed when people decide to use it.
        MultiAZ: false,
        Tags: tagsOf(madeBy, original, snapshot),
      });
      await unless(
        /AlreadyExists/,
        translated('rds:RestoreDBInstanceFromDBSnapshot', () => client.send(command)),
      );
    },

    readCopy: async (name) => {
      try {
        return copyOf(await describe(name));
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    deleteCopy: async (name, finalSnapshot) => {
      const command = new DeleteDBInstanceCommand({
        DBInstanceIdentifier: name,
        SkipFinalSnapshot: finalSnapshot === undefined,
        FinalDBSnapshotIdentifier: finalSnapshot,
      });
      const call = 'rds:DeleteDBInstance';
      const sent = translated(call, () => client.send(command));
      await onceItMay(call, unless(/already being deleted/, sent));
    },
  };
}

/** What RDS would otherwise choose by the defaults of the account. */
function likeOriginal(original: DBInstance) {
  const groups = original.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
  return {
    DBInstanceClass: original.DBInstanceClass,
    DBSubnetGroupName: original.DBSubnetGroup?.DBSubnetGroupName,
    VpcSecurityGroupIds: groups?.length === 0 ? undefined : groups,
    DBParameterGroupName: ownGroup(original.DBParameterGroups?.[0]?.DBParameterGroupName),
    OptionGroupName: ownGroup(original.OptionGroupMemberships?.[0]?.OptionGroupName),
    PubliclyAccessible: original.PubliclyAccessible ?? false,
    AutoMinorVersionUpgrade: original.AutoMinorVersionUpgrade,
    EnableIAMDatabaseAuthentication: original.IAMDatabaseAuthenticationEnabled,
    NetworkType: original.NetworkType,
    // By default, RDS enrols a copy in Extended Support, which costs money.
    EngineLifecycleSupport: original.EngineLifecycleSupport,
    DedicatedLogVolume: original.DedicatedLogVolume === true ? true : undefined,
  };
}

function copyOf({ DBInstanceStatus, Endpoint, TagList = [], DeletionProtection }: DBInstance): DatabaseCopy {
  return {
    status: DBInstanceStatus ?? 'unknown',
    isProtected: DeletionProtection ?? false,
    ...(Endpoint?.Address !== undefined && { endpoint: `${Endpoint.Address}:${Endpoint.Port}` }),
    ...originOf(TagList),
  };
}
