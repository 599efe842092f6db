import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBClustersCommand,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabases } from '../../functions/adapters/rds/databases.ts';
import type { Databases } from '../../functions/ports/databases.ts';
import { NotFound, ServiceUnavailable } from '../../functions/ports/errors.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';
import { BANK, DATABASE_PLACES, type DatabasePlace } from './database-places.ts';

const COPY = { name: 'selfheal-orders-1', madeBy: 'operation/heal-0' };
const CLUSTER_COPY = { name: 'selfheal-shop-1', madeBy: 'operation/heal-0' };
const BANK_COPY = { name: 'selfheal-bank-1', madeBy: 'operation/heal-0' };
const TAKEN = { instance: 'orders-before-release', cluster: 'shop-before-release' } as const;

describe.each(DATABASE_PLACES)('snapshots and copies of databases of RDS on $name', (there) => {
  describe.skipIf(!there.isAvailable)('', () => {
    let place: DatabasePlace;
    let recorded: RecordedClient<RDSClient>;
    let databases: Databases;
    beforeAll(async () => {
      place = await there.open();
      recorded = recordClient(place.client, await serviceModel('rds', '2014-10-31'));
      databases = createDatabases(recorded.client);
    });
    afterAll(async () => await place?.close());

    /** Returns once what `read` reads has the status. @param status `undefined` once it is gone */
    const becomes = async (
      read: () => Promise<{ readonly status: string } | undefined>,
      status: string | undefined,
    ) => {
      while ((await read())?.status !== status) await place.pass();
    };
    /** Takes a snapshot twice, as a repetition does. Returns once it is complete. */
    const take = async (of: 'instance' | 'cluster', id: string, name: string) => {
      await databases.takeSnapshot(of, id, name);
      await databases.takeSnapshot(of, id, name);
      if (there.takesTime)
        expect(await databases.readSnapshot(of, name)).toEqual({ status: 'creating', percent: 0 });
      await becomes(async () => await databases.readSnapshot(of, name), 'available');
    };
    const code = async (sent: Promise<unknown>) =>
      await sent.then(
        () => 'none',
        (error: Error) => error.name,
      );

    it.each([
      ['instance', 'orders'],
      ['cluster', 'shop'],
    ] as const)('are taken once under one name, and that of the %s is deleted', async (of, id) => {
      const name = `selfheal-${id}-heal-0`;
      expect(await databases.readSnapshot(of, name)).toBeUndefined();
      await take(of, id, name);
      await databases.deleteSnapshot(of, name);
      expect(await databases.readSnapshot(of, name)).toBeUndefined();
    });

    it('are refused under a name that is taken', async () => {
      await take('instance', 'orders', TAKEN.instance);
      await take('cluster', 'shop', TAKEN.cluster);
      const ofInstance = { DBInstanceIdentifier: 'orders', DBSnapshotIdentifier: TAKEN.instance };
      const ofCluster = { DBClusterIdentifier: 'shop', DBClusterSnapshotIdentifier: TAKEN.cluster };
      const { client } = recorded;
      expect(await code(client.send(new CreateDBSnapshotCommand(ofInstance)))).toBe(
        'DBSnapshotAlreadyExistsFault',
      );
      expect(await code(client.send(new CreateDBClusterSnapshotCommand(ofCluster)))).toBe(
        'DBClusterSnapshotAlreadyExistsFault',
      );
    });

    it('are listed, including those that RDS takes by itself', async () => {
      const listed = await databases.listSnapshots('orders');
      expect(listed.map(({ isAutomated }) => isAutomated)).toEqual([true, false]);
      const [, taken] = listed;
      expect(taken).toMatchObject({ name: TAKEN.instance, status: 'available' });
      expect(taken?.takenAtMs).toBeGreaterThan(Date.UTC(2020, 0));
      const ofCluster = (await databases.listClusterSnapshots('shop')).filter(
        ({ isAutomated }) => !isAutomated,
      );
      expect(ofCluster).toMatchObject([
        { name: TAKEN.cluster, status: 'available', engineVersion: expect.stringMatching(/^\d+\.\d+/) },
      ]);
    });

    it('of an instance are restored beside the original, once', async () => {
      await databases.restoreCopy('orders', TAKEN.instance, COPY);
      await databases.restoreCopy('orders', TAKEN.instance, COPY);
      await becomes(async () => await databases.readCopy(COPY.name), 'available');
      expect(await databases.readCopy(COPY.name)).toEqual({
        ...{ status: 'available', isProtected: false, madeBy: COPY.madeBy, snapshot: TAKEN.instance },
        endpoint: expect.stringMatching(/^selfheal-orders-1\..*:\d+$/),
      });
      const { engine, instanceClass, storage } = await databases.readInstance('orders');
      expect(await databases.readInstance(COPY.name)).toMatchObject({
        ...{ engine, instanceClass, storage: { giB: storage.giB }, isMultiAz: !there.restoresToOneZone },
      });
    });

    it('of an instance are restored with its class and storage as they were', async () => {
      await databases.resize('orders', { instanceClass: 'db.t4g.small' });
      await becomes(async () => await databases.readInstance('orders'), 'available');
      const asIt = { DBInstanceIdentifier: 'as-it-was', DBSnapshotIdentifier: TAKEN.instance };
      await recorded.client.send(new RestoreDBInstanceFromDBSnapshotCommand(asIt));
      await becomes(async () => await databases.readInstance('as-it-was'), 'available');
      expect(await databases.readInstance('as-it-was')).toMatchObject({
        ...{ engine: 'postgres', storage: { giB: 20 } },
        instanceClass: 'db.t4g.micro',
      });
      await databases.deleteCopy('as-it-was');
    });

    it('are not restored to an instance that is there', async () => {
      const toInstance = { DBInstanceIdentifier: 'reports', DBSnapshotIdentifier: TAKEN.instance };
      const restore = new RestoreDBInstanceFromDBSnapshotCommand(toInstance);
      expect(await code(recorded.client.send(restore))).toBe('DBInstanceAlreadyExistsFault');
    });

    it.runIf(there.keepsClusters)('are not restored to a cluster that is there', async () => {
      const toCluster = { DBClusterIdentifier: 'single', SnapshotIdentifier: TAKEN.cluster };
      const restore = new RestoreDBClusterFromSnapshotCommand({ ...toCluster, Engine: 'aurora-postgresql' });
      expect(await code(recorded.client.send(restore))).toBe('DBClusterAlreadyExistsFault');
    });

    it('of a cluster are restored beside the original, with an instance like the writer’s', async () => {
      const [taken] = (await databases.listClusterSnapshots('shop')).filter(
        ({ name }) => name === TAKEN.cluster,
      );
      const snapshot = { name: TAKEN.cluster, engineVersion: String(taken?.engineVersion) };
      await databases.restoreCluster('shop', snapshot, CLUSTER_COPY);
      if (there.keepsClusters)
        await databases.restoreCluster('shop', snapshot, { ...CLUSTER_COPY, madeBy: 'another/heal-0' });
      const read = async () => await databases.readClusterCopy(CLUSTER_COPY.name);
      await becomes(read, 'available');
      expect(await read()).toMatchObject({
        ...{ madeBy: CLUSTER_COPY.madeBy, snapshot: TAKEN.cluster, isMultiAz: false, members: [] },
      });
      const added = { name: CLUSTER_COPY.name, madeBy: 'operation/heal-1' };
      await databases.addInstance('shop-1', CLUSTER_COPY.name, added);
      await databases.addInstance('shop-1', CLUSTER_COPY.name, added);
      await becomes(async () => await databases.readCopy(added.name), 'available');
      expect((await read())?.members).toEqual([added.name]);
      expect(await databases.readInstance(added.name)).toMatchObject({
        ...{ cluster: CLUSTER_COPY.name, instanceClass: 'db.r6g.large', engine: 'aurora-postgresql' },
      });
      expect(await databases.readCopy(added.name)).toMatchObject({ madeBy: added.madeBy });
    });

    it('of a cluster end with its last instance first, and leave a final one', async () => {
      const { name } = CLUSTER_COPY;
      await expect(databases.deleteCluster(name, `${name}-final`)).rejects.toThrow(ServiceUnavailable);
      await databases.deleteCopy(name);
      await becomes(async () => await databases.readCopy(name), undefined);
      await expect(databases.deleteCluster(name, TAKEN.cluster)).rejects.toMatchObject({
        ...{ name: 'RequestRefused', serviceCode: 'DBClusterSnapshotAlreadyExistsFault' },
      });
      await databases.deleteCluster(name, `${name}-final`);
      await becomes(async () => await databases.readClusterCopy(name), undefined);
      expect(await databases.readSnapshot('cluster', `${name}-final`)).toMatchObject({ status: 'available' });
    });

    it('of a Multi-AZ cluster are restored like the original', async () => {
      await take('cluster', 'bank', 'bank-before-release');
      const [taken] = (await databases.listClusterSnapshots('bank')).filter(
        ({ isAutomated }) => !isAutomated,
      );
      const snapshot = { name: 'bank-before-release', engineVersion: String(taken?.engineVersion) };
      await databases.restoreCluster('bank', snapshot, BANK_COPY);
      const read = async () => await databases.readClusterCopy(BANK_COPY.name);
      await becomes(read, 'available');
      expect(await read()).toMatchObject({ isMultiAz: true, madeBy: BANK_COPY.madeBy });
      expect((await read())?.members).toHaveLength(there.makesInstances ? 3 : 0);
      const describe = new DescribeDBClustersCommand({ DBClusterIdentifier: BANK_COPY.name });
      const { DBClusters = [] } = await recorded.client.send(describe);
      expect(DBClusters).toMatchObject([BANK]);
      await databases.deleteCluster(BANK_COPY.name, `${BANK_COPY.name}-final`);
      await becomes(read, undefined);
    });

    it('are not deleted while they are protected from deletion', async () => {
      await place.protect('instance', 'reports');
      await place.protect('cluster', 'bank');
      expect(await databases.readCopy('reports')).toMatchObject({ isProtected: true });
      expect(await databases.readClusterCopy('bank')).toMatchObject({ isProtected: true });
      for (const refused of [
        () => databases.deleteCopy('reports', 'reports-final'),
        () => databases.deleteCluster('bank', 'bank-final'),
      ])
        await expect(refused()).rejects.toMatchObject({
          ...{ name: 'RequestRefused', serviceCode: 'InvalidParameterCombination' },
        });
      expect(await databases.readSnapshot('instance', 'reports-final')).toBeUndefined();
      expect(await databases.readSnapshot('cluster', 'bank-final')).toBeUndefined();
    });

    it('that RDS took by itself end with their instance, and the others and a final one are left', async () => {
      await expect(databases.deleteCopy('orders', TAKEN.instance)).rejects.toMatchObject({
        ...{ name: 'RequestRefused', serviceCode: 'DBSnapshotAlreadyExistsFault' },
      });
      await databases.deleteCopy('orders', 'orders-final');
      await becomes(async () => await databases.readCopy('orders'), undefined);
      const left = await databases.listSnapshots('orders');
      expect(left.map(({ name, isAutomated }) => ({ name, isAutomated }))).toEqual([
        { name: TAKEN.instance, isAutomated: false },
        { name: 'orders-final', isAutomated: false },
      ]);
    });

    it('end in NotFound where there is no such snapshot, instance or cluster', async () => {
      const none = { name: 'none', engineVersion: '16.4' };
      for (const [serviceCode, missing] of [
        ['DBInstanceNotFoundFault', () => databases.takeSnapshot('instance', 'none', 'of-none')],
        ['DBClusterNotFoundFault', () => databases.takeSnapshot('cluster', 'none', 'of-none')],
        ['DBSnapshotNotFoundFault', () => databases.deleteSnapshot('instance', 'none')],
        ['DBClusterSnapshotNotFoundFault', () => databases.deleteSnapshot('cluster', 'none')],
        ['DBSnapshotNotFoundFault', () => databases.restoreCopy('reports', 'none', { ...COPY, name: 'new' })],
        ['DBClusterSnapshotNotFoundFault', () => databases.restoreCluster('shop', none, CLUSTER_COPY)],
        ['DBClusterNotFoundFault', () => databases.addInstance('shop-1', 'none', { ...COPY, name: 'new' })],
        ['DBInstanceNotFoundFault', () => databases.deleteCopy('none', 'none-final')],
        ['DBClusterNotFoundFault', () => databases.deleteCluster('none', 'none-final')],
      ] as const) {
        const error = await missing().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(NotFound);
        expect(error).toMatchObject({ serviceCode });
      }
    });

    it('satisfy AWS’s model of the API in requests and answers', () => {
      expect([...recorded.operations].sort()).toEqual([
        ...['CreateDBClusterSnapshot', 'CreateDBInstance', 'CreateDBSnapshot'],
        ...['DeleteDBCluster', 'DeleteDBClusterSnapshot', 'DeleteDBInstance', 'DeleteDBSnapshot'],
        ...['DescribeDBClusterSnapshots', 'DescribeDBClusters', 'DescribeDBInstances', 'DescribeDBSnapshots'],
        ...['ModifyDBInstance', 'RestoreDBClusterFromSnapshot', 'RestoreDBInstanceFromDBSnapshot'],
      ]);
      expect(recorded.faults).toEqual({ requests: [], answers: [] });
    });
  });
});
