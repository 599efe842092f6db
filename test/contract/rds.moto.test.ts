import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabases } from '../../functions/adapters/rds/databases.ts';
import { writerOf } from '../../functions/core/target/database.ts';
import type { Databases } from '../../functions/ports/databases.ts';
import { NotFound } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type Moto, startMoto } from '../../local/moto/server.ts';
import { requirement } from '../factories/requirements.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

describe.skipIf(!requirement('python'))('databases of RDS on moto', () => {
  let moto: Moto;
  let client: RDSClient;
  let recorded: ReturnType<typeof recordClient<RDSClient>>;
  let databases: Databases;
  beforeAll(async () => {
    moto = await startMoto();
    client = new RDSClient({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    recorded = recordClient(client, await serviceModel('rds', '2014-10-31'));
    databases = createDatabases(recorded.client);
    const MasterUsername = 'root';
    const MasterUserPassword = 'only-for-moto';
    await client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'orders',
        DBInstanceClass: 'db.t4g.micro',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MultiAZ: true,
        ...{ MasterUsername, MasterUserPassword },
      }),
    );
    await client.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: 'shop',
        Engine: 'aurora-postgresql',
        ...{ MasterUsername, MasterUserPassword },
      }),
    );
    for (const id of ['shop-1', 'shop-2'])
      await client.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: id,
          DBInstanceClass: 'db.r6g.large',
          Engine: 'aurora-postgresql',
          DBClusterIdentifier: 'shop',
          PromotionTier: 1,
        }),
      );
  });
  afterAll(async () => await moto?.stop());

  it('are read with what a failover needs to know', async () => {
    expect(await databases.readInstance('orders')).toMatchObject({ status: 'available', isMultiAz: true });
    expect(await databases.readInstance('shop-1')).toMatchObject({ cluster: 'shop' });
    const cluster = await databases.readCluster('shop');
    expect(cluster.status).toBe('available');
    expect(cluster.members.map(({ id }) => id).sort()).toEqual(['shop-1', 'shop-2']);
    expect(writerOf(cluster)).toBe('shop-1');
  });

  it('are rebooted, with and without their standby taking over', async () => {
    await databases.reboot('orders', false);
    await databases.reboot('orders', true);
    // moto reports how it was created, and no failover.
    expect(await databases.listFailovers('instance', 'orders', 360)).toEqual([]);
    const { DBInstances = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'orders' }),
    );
    expect(DBInstances[0]?.DBInstanceStatus).toBe('available');
  });

  it('are given another class and more storage, and show them', async () => {
    const { instanceClass, storage, pending } = await databases.readInstance('orders');
    expect({ instanceClass, giB: storage.giB, pending }).toEqual({
      ...{ instanceClass: 'db.t4g.micro', giB: 20, pending: { others: [] } },
    });
    await databases.resize('orders', { instanceClass: 'db.t4g.small' });
    await databases.resize('orders', { storageGiB: 40 });
    expect(await databases.readInstance('orders')).toMatchObject({
      ...{ instanceClass: 'db.t4g.small', storage: { giB: 40 } },
    });
  });

  it('fail over to the member that is named, and back', async () => {
    await databases.failOver('shop', 'shop-2');
    expect(writerOf(await databases.readCluster('shop'))).toBe('shop-2');
    await databases.failOver('shop', 'shop-1');
    expect(writerOf(await databases.readCluster('shop'))).toBe('shop-1');
    // moto reports none.
    expect(await databases.listFailovers('cluster', 'shop', 360)).toEqual([]);
  });

  it('fail over to a member that RDS chooses, and back', async () => {
    await databases.failOver('shop', undefined);
    expect(writerOf(await databases.readCluster('shop'))).toBe('shop-2');
    await databases.failOver('shop', undefined);
    expect(writerOf(await databases.readCluster('shop'))).toBe('shop-1');
  });

  it.each([
    ['instance', 'orders'],
    ['cluster', 'shop'],
  ] as const)('are copied once under one name, and the copy of the %s is deleted', async (of, id) => {
    const name = `selfheal-${id}-heal-0`;
    expect(await databases.readSnapshot(of, name)).toBeUndefined();
    await databases.takeSnapshot(of, id, name);
    await databases.takeSnapshot(of, id, name);
    expect(await databases.readSnapshot(of, name)).toMatchObject({ status: 'available' });
    await databases.deleteSnapshot(of, name);
    expect(await databases.readSnapshot(of, name)).toBeUndefined();
  });

  it('are restored beside the original from a snapshot, and the copy is deleted', async () => {
    await databases.takeSnapshot('instance', 'orders', 'before-release');
    const listed = await databases.listSnapshots('orders');
    const taken = listed.find(({ name }) => name === 'before-release');
    expect(taken).toMatchObject({ isAutomated: false, status: 'available' });
    expect(taken?.takenAtMs).toBeGreaterThan(Date.UTC(2020, 0));
    const copy = { name: 'selfheal-orders-1', madeBy: 'operation/heal-0' };
    await databases.restoreCopy('orders', 'before-release', copy);
    await databases.restoreCopy('orders', 'before-release', copy);
    expect(await databases.readCopy(copy.name)).toMatchObject({
      ...{ status: 'available', madeBy: 'operation/heal-0', snapshot: 'before-release' },
      endpoint: expect.stringMatching(/^selfheal-orders-1\..*:\d+$/),
    });
    const [original, restored] = await Promise.all(
      ['orders', copy.name].map(async (id) => {
        const { DBInstances = [] } = await client.send(
          new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
        );
        return DBInstances[0];
      }),
    );
    expect(restored?.DBInstanceClass).toBe(original?.DBInstanceClass);
    await databases.deleteCopy(copy.name, `${copy.name}-final`);
    expect(await databases.readCopy(copy.name)).toBeUndefined();
  });

  it('are restored as a cluster beside the original, with an instance like the writer’s, and deleted', async () => {
    await databases.takeSnapshot('cluster', 'shop', 'shop-before-release');
    const listed = await databases.listClusterSnapshots('shop');
    const taken = listed.find(({ name }) => name === 'shop-before-release');
    expect(taken).toMatchObject({ status: 'available', engineVersion: expect.stringMatching(/^\d+\.\d+/) });
    const snapshot = { name: 'shop-before-release', engineVersion: String(taken?.engineVersion) };
    const copy = { name: 'selfheal-shop-1', madeBy: 'operation/heal-0' };
    await databases.restoreCluster('shop', snapshot, copy);
    await databases.restoreCluster('shop', snapshot, copy);
    expect(await databases.readClusterCopy(copy.name)).toMatchObject({
      ...{ madeBy: 'operation/heal-0', snapshot: 'shop-before-release' },
    });
    await databases.addInstance('shop-1', copy.name, { ...copy, madeBy: 'operation/heal-1' });
    await databases.addInstance('shop-1', copy.name, { ...copy, madeBy: 'operation/heal-1' });
    expect((await databases.readClusterCopy(copy.name))?.members).toEqual([copy.name]);
    expect(await databases.readInstance(copy.name)).toMatchObject({
      ...{ cluster: copy.name, instanceClass: 'db.r6g.large' },
    });
    expect(await databases.readCopy(copy.name)).toMatchObject({ madeBy: 'operation/heal-1' });
    await databases.deleteCopy(copy.name);
    await databases.deleteCluster(copy.name, `${copy.name}-final`);
    expect(await databases.readClusterCopy(copy.name)).toBeUndefined();
    expect(await databases.readSnapshot('cluster', `${copy.name}-final`)).toMatchObject({
      status: 'available',
    });
  });

  it('are restored as a Multi-AZ cluster like the original', async () => {
    const original = {
      ...{ Engine: 'postgres', DBClusterInstanceClass: 'db.m6gd.large', AllocatedStorage: 100 },
      ...{ StorageType: 'io1', Iops: 1_000, PubliclyAccessible: false },
    };
    await client.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: 'bank',
        ...original,
        ...{ MasterUsername: 'root', MasterUserPassword: 'only-for-moto' },
      }),
    );
    await databases.takeSnapshot('cluster', 'bank', 'bank-before-release');
    const [taken] = (await databases.listClusterSnapshots('bank')).filter(({ isAutomated }) => !isAutomated);
    const snapshot = { name: 'bank-before-release', engineVersion: String(taken?.engineVersion) };
    const copy = { name: 'selfheal-bank-1', madeBy: 'operation/heal-0' };
    await databases.restoreCluster('bank', snapshot, copy);
    // moto makes no instances of it.
    expect(await databases.readClusterCopy(copy.name)).toMatchObject({
      ...{ status: 'available', isMultiAz: true, madeBy: 'operation/heal-0' },
    });
    const read = new DescribeDBClustersCommand({ DBClusterIdentifier: copy.name });
    const { DBClusters = [] } = await client.send(read);
    expect(DBClusters).toMatchObject([original]);
    await databases.deleteCluster(copy.name, `${copy.name}-final`);
    expect(await databases.readClusterCopy(copy.name)).toBeUndefined();
  });

  it('end in NotFound where there are none', async () => {
    await expect(databases.readInstance('none')).rejects.toThrow(NotFound);
    await expect(databases.readCluster('none')).rejects.toThrow(NotFound);
    await expect(databases.reboot('none', false)).rejects.toThrow(NotFound);
    await expect(databases.failOver('none', 'shop-1')).rejects.toThrow(NotFound);
  });

  it('satisfy AWS’s model in requests and answers', () => {
    expect([...recorded.operations].sort()).toEqual([
      'CreateDBClusterSnapshot',
      'CreateDBInstance',
      'CreateDBSnapshot',
      'DeleteDBCluster',
      'DeleteDBClusterSnapshot',
      'DeleteDBInstance',
      'DeleteDBSnapshot',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
      'DescribeDBInstances',
      'DescribeDBSnapshots',
      'DescribeEvents',
      'FailoverDBCluster',
      'ModifyDBInstance',
      'RebootDBInstance',
      'RestoreDBClusterFromSnapshot',
      'RestoreDBInstanceFromDBSnapshot',
    ]);
    expect(recorded.faults).toEqual({ requests: [], answers: [] });
  });
});
