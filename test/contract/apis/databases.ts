import type { RDSClient } from '@aws-sdk/client-rds';
import { expect } from 'vitest';
import { createDatabases } from '../../../functions/adapters/rds/databases.ts';
import type { Databases } from '../../../functions/ports/databases.ts';
import { createVirtualClock, type VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createDatabaseFleet, type DatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

/** Instances and clusters of RDS, their snapshots and copies. */
export const DATABASES: Api = {
  service: 'rds',
  apiVersion: '2014-10-31',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const fleet = createDatabaseFleet({ clock });
    fleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
    fleet.createCluster('shop', ['shop-1', 'shop-2']);
    const recorded = recordClient(createInProcessClient<RDSClient>('RDS', fleet.operations), model);
    const databases = createDatabases(recorded.client);
    await databases.reboot('orders', true);
    await databases.failOver('shop', 'shop-2');
    expect(await databases.readInstance('orders')).toMatchObject({ status: 'rebooting' });
    expect(await databases.readCluster('shop')).toMatchObject({ status: 'failing-over' });
    await clock.advance(60_000);
    const [started, completed] = await databases.listFailovers('instance', 'orders', 360);
    expect([started?.phase, completed?.phase]).toEqual(['started', 'completed']);
    expect(await databases.listFailovers('cluster', 'shop', 360)).toEqual([
      { phase: 'started', to: 'shop-2', atMs: NOON },
      { phase: 'completed', to: 'shop-2', atMs: NOON + 45_000 },
    ]);
    expect(await databases.readInstance('orders')).toMatchObject({ zone: 'us-east-1a' });
    await databases.failOver('shop', undefined);
    await databases.reboot('orders', false);
    await clock.advance(60_000);
    await databases.resize('orders', { storageGiB: 200 }, 3_000);
    expect((await databases.readInstance('orders')).pending).toEqual({ storageGiB: 200, others: [] });
    await clock.advance(60_000);
    expect(await databases.readInstance('orders')).toMatchObject({
      ...{ status: 'storage-optimization', optimizedPercent: 10, storage: { giB: 200, type: 'gp3' } },
    });
    await clock.advance(6 * 3_600_000);
    expect(await databases.listFailovers('instance', 'orders', 360)).toEqual([]);
    expect(await databases.listFailovers('instance', 'orders', 420)).toEqual([started, completed]);
    fleet.addSnapshot('rds:orders-1', { id: 'orders', type: 'automated', takenAtMs: NOON });
    expect(await databases.listSnapshots('orders')).toEqual([
      { name: 'rds:orders-1', isAutomated: true, status: 'available', takenAtMs: NOON },
    ]);
    const copy = { name: 'selfheal-orders-1', madeBy: 'operation/heal-0' };
    await databases.restoreCopy('orders', 'rds:orders-1', copy);
    await databases.restoreCopy('orders', 'rds:orders-1', copy);
    await clock.advance(60_000);
    expect(await databases.readCopy(copy.name)).toEqual({
      ...{ status: 'available', isProtected: false, madeBy: 'operation/heal-0', snapshot: 'rds:orders-1' },
      endpoint: 'selfheal-orders-1.abcdefghijkl.us-east-1.rds.amazonaws.com:5432',
    });
    await databases.deleteCopy(copy.name, 'selfheal-orders-1-final');
    await databases.deleteCopy(copy.name, 'selfheal-orders-1-final');
    await multiAzCopyOn(databases, fleet, clock);
    await clock.advance(60_000);
    expect(await databases.readCopy(copy.name)).toBeUndefined();
    fleet.addSnapshot('rds:shop-1', { id: 'shop', type: 'automated', takenAtMs: NOON }, 'cluster');
    expect(await databases.listClusterSnapshots('shop')).toMatchObject([
      { name: 'rds:shop-1', engineVersion: '16.4' },
    ]);
    const cluster = { name: 'selfheal-shop-1', madeBy: 'operation/heal-0' };
    const nightly = { name: 'rds:shop-1', engineVersion: '16.4' };
    await databases.restoreCluster('shop', nightly, cluster);
    await databases.restoreCluster('shop', nightly, cluster);
    await clock.advance(60_000);
    await databases.addInstance('shop-1', cluster.name, cluster);
    await databases.addInstance('shop-1', cluster.name, cluster);
    await clock.advance(60_000);
    expect(await databases.readClusterCopy(cluster.name)).toEqual({
      ...{ status: 'available', isProtected: false, isMultiAz: false, members: [cluster.name] },
      ...{ madeBy: 'operation/heal-0', snapshot: 'rds:shop-1' },
      endpoint: 'selfheal-shop-1.cluster-abcdefghijkl.us-east-1.rds.amazonaws.com:5432',
    });
    await databases.deleteCopy(cluster.name);
    await databases.deleteCluster(cluster.name, 'selfheal-shop-1-final');
    await databases.deleteCluster(cluster.name, 'selfheal-shop-1-final');
    await clock.advance(60_000);
    expect(await databases.readClusterCopy(cluster.name)).toBeUndefined();
    for (const [of, id] of [
      ['instance', 'orders'],
      ['cluster', 'shop'],
    ] as const) {
      await databases.takeSnapshot(of, id, `of-${id}`);
      expect(await databases.readSnapshot(of, `of-${id}`)).toEqual({ status: 'creating', percent: 0 });
      await clock.advance(60_000);
      await databases.deleteSnapshot(of, `of-${id}`);
    }
    return recorded;
  },
};

/** A Multi-AZ cluster is restored and deleted with its instances. */
async function multiAzCopyOn(databases: Databases, fleet: DatabaseFleet, clock: VirtualClock): Promise<void> {
  fleet.createCluster('bank', ['bank-1', 'bank-2', 'bank-3'], { engine: 'mysql', engineVersion: '8.4.6' });
  fleet.addSnapshot('rds:bank-1', { id: 'bank', type: 'automated', takenAtMs: NOON }, 'cluster');
  const copy = { name: 'selfheal-bank-1', madeBy: 'operation/heal-0' };
  await databases.restoreCluster('bank', { name: 'rds:bank-1', engineVersion: '8.4.6' }, copy);
  await clock.advance(60_000);
  expect(await databases.readClusterCopy(copy.name)).toMatchObject({
    ...{ status: 'available', isMultiAz: true, madeBy: 'operation/heal-0', snapshot: 'rds:bank-1' },
    members: [1, 2, 3].map((number) => `selfheal-bank-1-instance-${number}`),
  });
  await expect(databases.addInstance('bank-1', copy.name, copy)).rejects.toThrow(/can't be added/);
  await databases.deleteCluster(copy.name, 'selfheal-bank-1-final');
  await clock.advance(60_000);
  expect(await databases.readClusterCopy(copy.name)).toBeUndefined();
}
