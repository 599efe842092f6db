import {
  type DBCluster,
  type DBInstance,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { createDatabases } from '../../../../functions/adapters/rds/databases.ts';

/** RDS with one instance and one cluster, which keeps what it is asked to restore. */
function rdsWith(original: DBInstance & DBCluster) {
  const restores: object[] = [];
  const send = async (command: { readonly input: object }): Promise<object> => {
    const isRestore =
      command instanceof RestoreDBInstanceFromDBSnapshotCommand ||
      command instanceof RestoreDBClusterFromSnapshotCommand;
    if (isRestore) restores.push(command.input);
    return { DBInstances: [original], DBClusters: [original] };
  };
  return { databases: createDatabases({ send } as unknown as RDSClient), restores };
}

const COPY = { name: 'orders-copy', madeBy: 'operation-1:heal-0' };
const SNAPSHOT = { name: 'nightly', engineVersion: '8.0' };

async function restored(original: DBInstance & DBCluster): Promise<readonly object[]> {
  const { databases, restores } = rdsWith(original);
  await databases.restoreCopy('orders', SNAPSHOT.name, COPY);
  await databases.restoreCluster('orders', SNAPSHOT, COPY);
  return restores;
}

describe('a copy of a database', () => {
  it('has Extended Support only if the original has it', async () => {
    const EngineLifecycleSupport = 'open-source-rds-extended-support-disabled';
    expect(await restored({ EngineLifecycleSupport })).toMatchObject([
      { DBInstanceIdentifier: 'orders-copy', EngineLifecycleSupport },
      { DBClusterIdentifier: 'orders-copy', EngineLifecycleSupport },
    ]);
  });

  it('has a log volume of its own, and can be backtracked, as the original', async () => {
    const [instance, cluster] = await restored({ DedicatedLogVolume: true, BacktrackWindow: 86_400 });
    expect(instance).toMatchObject({ DedicatedLogVolume: true });
    expect(cluster).toMatchObject({ BacktrackWindow: 86_400 });
  });

  it('asks for neither where the original has none, as not every engine accepts them', async () => {
    const [instance, cluster] = await restored({ DedicatedLogVolume: false, BacktrackWindow: 0 });
    expect(instance).toMatchObject({ DedicatedLogVolume: undefined });
    expect(cluster).toMatchObject({ BacktrackWindow: undefined });
  });
});
