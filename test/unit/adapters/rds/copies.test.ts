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

describe('a copy of a Multi-AZ cluster', () => {
  const ORIGINAL = {
    ...{ Engine: 'postgres', EngineMode: 'provisioned', NetworkType: 'IPV4', BacktrackWindow: 0 },
    ...{ DBClusterInstanceClass: 'db.r6gd.xlarge', PubliclyAccessible: false },
  };
  const copyOf = async (storage: Partial<DBCluster>) => (await restored({ ...ORIGINAL, ...storage }))[1];

  it('has the class of the original, and is as little in public', async () => {
    expect(await copyOf({})).toMatchObject({
      ...{ DBClusterInstanceClass: 'db.r6gd.xlarge', PubliclyAccessible: false },
    });
  });

  it.each([
    ['io1', 100, 1_000],
    ['io2', 4_000, 20_000],
    ['gp3', 400, 12_000],
  ])('has the IOPS of the original on %s of %i GiB', async (StorageType, AllocatedStorage, Iops) => {
    const copy = await copyOf({ StorageType, AllocatedStorage, Iops });
    expect(copy).toMatchObject({ StorageType, Iops });
    // The size of the storage is that of the snapshot.
    expect(copy).not.toHaveProperty('AllocatedStorage');
  });

  it('names no IOPS on a gp3 so small that RDS accepts none', async () => {
    const copy = await copyOf({ StorageType: 'gp3', AllocatedStorage: 399, Iops: 3_000 });
    expect(copy).toMatchObject({ StorageType: 'gp3', Iops: undefined });
  });

  it('is asked for without what only Aurora accepts, and one of Aurora without what only this accepts', async () => {
    const copy = await copyOf({ StorageType: 'io1', Iops: 1_000 });
    for (const name of ['EngineMode', 'NetworkType', 'BacktrackWindow', 'ServerlessV2ScalingConfiguration'])
      expect(copy).not.toHaveProperty(name);
    const [, aurora] = await restored({ ...ORIGINAL, Engine: 'aurora-postgresql', Iops: 1_000 });
    expect(aurora).toMatchObject({ EngineMode: 'provisioned', NetworkType: 'IPV4' });
    for (const name of ['DBClusterInstanceClass', 'PubliclyAccessible', 'Iops'])
      expect(aurora).not.toHaveProperty(name);
  });
});
