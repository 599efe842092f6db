import { ModifyDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabases } from '../../functions/adapters/rds/databases.ts';
import { writerOf } from '../../functions/core/target/database.ts';
import type { Databases } from '../../functions/ports/databases.ts';
import { NotFound, RequestRefused } from '../../functions/ports/errors.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';
import { DATABASE_PLACES, type DatabasePlace } from './database-places.ts';

describe.each(DATABASE_PLACES)('databases of RDS on $name', (there) => {
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

    const statusOf = async (id: string) => (await databases.readInstance(id)).status;
    const available = async (id: string) => {
      while ((await statusOf(id)) !== 'available') await place.pass();
    };
    /** Returns once the failover is over. */
    const failOver = async (toMember: string | undefined) => {
      await databases.failOver('shop', toMember);
      const before = await databases.readCluster('shop');
      expect(before.status).toBe(there.takesTime ? 'failing-over' : 'available');
      while ((await databases.readCluster('shop')).status !== 'available') await place.pass();
    };
    const writer = async () => writerOf(await databases.readCluster('shop'));

    it('are read with what a failover needs to know', async () => {
      expect(await databases.readInstance('orders')).toMatchObject({ status: 'available', isMultiAz: true });
      expect(await databases.readInstance('reports')).toMatchObject({ isMultiAz: false });
      expect(await databases.readInstance('shop-1')).toMatchObject({ cluster: 'shop' });
      const cluster = await databases.readCluster('shop');
      expect(cluster).toMatchObject({ status: 'available', engine: 'aurora-postgresql' });
      expect(cluster.members.map(({ id }) => id).sort()).toEqual(['shop-1', 'shop-2']);
      expect(writerOf(cluster)).toBe('shop-1');
    });

    it('are rebooted', async () => {
      await databases.reboot('orders', false);
      expect(await statusOf('orders')).toBe(there.takesTime ? 'rebooting' : 'available');
      await available('orders');
      expect(await databases.listFailovers('instance', 'orders', 360)).toEqual([]);
    });

    it('are rebooted with their standby taking over, which events report', async () => {
      await databases.reboot('orders', true);
      await available('orders');
      const phases = (await databases.listFailovers('instance', 'orders', 360)).map(({ phase }) => phase);
      expect(phases).toEqual(there.reportsFailovers ? ['started', 'completed'] : []);
      expect(await databases.listFailovers('instance', 'reports', 360)).toEqual([]);
    });

    it.runIf(there.checksRequests)('are not failed over without a standby', async () => {
      await expect(databases.reboot('reports', true)).rejects.toThrow(RequestRefused);
      expect(await statusOf('reports')).toBe('available');
    });

    it('are given another class and more storage, and show them', async () => {
      const { instanceClass, storage, pending } = await databases.readInstance('orders');
      expect({ instanceClass, giB: storage.giB, pending }).toEqual({
        ...{ instanceClass: 'db.t4g.micro', giB: 20, pending: { others: [] } },
      });
      await databases.resize('orders', { instanceClass: 'db.t4g.small' });
      if (there.takesTime)
        expect(await databases.readInstance('orders')).toMatchObject({
          ...{
            status: 'modifying',
            instanceClass: 'db.t4g.micro',
            pending: { instanceClass: 'db.t4g.small' },
          },
        });
      await available('orders');
      await databases.resize('orders', { storageGiB: 40 }, 3_000);
      while ((await statusOf('orders')) === 'modifying') await place.pass();
      expect(await databases.readInstance('orders')).toMatchObject({
        ...{ instanceClass: 'db.t4g.small', storage: { giB: 40 }, pending: { others: [] } },
        status: there.takesTime ? 'storage-optimization' : 'available',
      });
    });

    it('are copied while their storage is optimized, too', async () => {
      await databases.takeSnapshot('instance', 'orders', 'while-optimized');
      while ((await databases.readSnapshot('instance', 'while-optimized'))?.status !== 'available')
        await place.pass();
    });

    it.runIf(there.checksRequests)('keep their storage until a change of it is optimized', async () => {
      expect(await statusOf('orders')).toBe('storage-optimization');
      await expect(databases.resize('orders', { storageGiB: 60 }, 3_000)).rejects.toThrow(RequestRefused);
      expect(await databases.readInstance('orders')).toMatchObject({ storage: { giB: 40 } });
    });

    it.runIf(there.checksRequests)('are given a tenth more storage at least, and never less', async () => {
      await databases.resize('reports', { storageGiB: 21 }, 3_000);
      expect((await databases.readInstance('reports')).pending).toEqual({ storageGiB: 22, others: [] });
      await available('reports');
      await expect(databases.resize('reports', { storageGiB: 20 }, 3_000)).rejects.toThrow(RequestRefused);
      expect(await databases.readInstance('reports')).toMatchObject({ storage: { giB: 22 } });
    });

    it.runIf(there.takesTime)('show a change that waits, which the next one brings with it', async () => {
      const later = { DBInstanceIdentifier: 'reports', DBInstanceClass: 'db.t4g.medium' };
      await recorded.client.send(new ModifyDBInstanceCommand(later));
      expect(await databases.readInstance('reports')).toMatchObject({
        ...{ status: 'available', instanceClass: 'db.t4g.micro' },
        pending: { instanceClass: 'db.t4g.medium', others: [] },
      });
      await databases.resize('reports', { storageGiB: 40 }, 3_000);
      await available('reports');
      expect(await databases.readInstance('reports')).toMatchObject({
        ...{ instanceClass: 'db.t4g.medium', storage: { giB: 40 }, pending: { others: [] } },
      });
    });

    it.runIf(there.checksRequests)(
      'are neither rebooted nor changed nor copied while they are stopped',
      async () => {
        await available('reports');
        await place.stop('reports');
        for (const refused of [
          () => databases.reboot('reports', false),
          () => databases.resize('reports', { instanceClass: 'db.t4g.large' }),
          () => databases.takeSnapshot('instance', 'reports', 'of-stopped'),
        ])
          await expect(refused()).rejects.toMatchObject({
            ...{ name: 'RequestRefused', serviceCode: 'InvalidDBInstanceStateFault' },
          });
      },
    );

    it('fail over to the member that is named, and back', async () => {
      await failOver('shop-2');
      expect(await writer()).toBe('shop-2');
      await failOver('shop-1');
      expect(await writer()).toBe('shop-1');
      const reported = (await databases.listFailovers('cluster', 'shop', 360)).map(({ phase, to }) => [
        phase,
        to,
      ]);
      const failover = (to: string) => [
        ['started', to],
        ['completed', to],
      ];
      expect(reported).toEqual(there.reportsFailovers ? [...failover('shop-2'), ...failover('shop-1')] : []);
    });

    it('fail over to a member that RDS chooses, and back', async () => {
      await failOver(undefined);
      expect(await writer()).toBe('shop-2');
      await failOver(undefined);
      expect(await writer()).toBe('shop-1');
    });

    it('do not fail over where there is no reader', async () => {
      await expect(databases.failOver('single', undefined)).rejects.toMatchObject({
        ...{ name: 'RequestRefused', serviceCode: 'InvalidDBClusterStateFault' },
      });
    });

    it('do not fail over to an instance that is not there', async () => {
      await expect(databases.failOver('shop', 'shop-9')).rejects.toThrow(RequestRefused);
      expect(await writer()).toBe('shop-1');
    });

    it.runIf(there.checksRequests)(
      'do not fail over to the writer, or to an instance of another cluster',
      async () => {
        for (const member of ['shop-1', 'single-1'])
          await expect(databases.failOver('shop', member)).rejects.toThrow(RequestRefused);
        expect(await databases.readCluster('shop')).toMatchObject({ status: 'available' });
      },
    );

    it('end in NotFound where there are none', async () => {
      for (const [serviceCode, call] of [
        ['DBInstanceNotFoundFault', () => databases.readInstance('none')],
        ['DBInstanceNotFoundFault', () => databases.reboot('none', false)],
        ['DBInstanceNotFoundFault', () => databases.resize('none', { storageGiB: 40 })],
        ['DBClusterNotFoundFault', () => databases.readCluster('none')],
        ['DBClusterNotFoundFault', () => databases.failOver('none', undefined)],
        ['DBClusterNotFoundFault', () => databases.failOver('none', 'shop-1')],
      ] as const) {
        const error = await call().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(NotFound);
        expect(error).toMatchObject({ serviceCode });
      }
    });

    it('satisfy AWS’s model of the API in requests and answers', () => {
      expect([...recorded.operations].sort()).toEqual([
        ...['CreateDBSnapshot', 'DescribeDBClusters', 'DescribeDBInstances', 'DescribeDBSnapshots'],
        ...['DescribeEvents', 'FailoverDBCluster', 'ModifyDBInstance', 'RebootDBInstance'],
      ]);
      expect(recorded.faults).toEqual({ requests: [], answers: [] });
    });
  });
});
