import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { createDatabaseFleet } from '../../local/embedded/rds/database-fleet.ts';
import { startMoto } from '../../local/moto/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';

/** The Multi-AZ cluster, as its requests name it. */
export const BANK = {
  ...{ Engine: 'postgres', DBClusterInstanceClass: 'db.m6gd.large', AllocatedStorage: 100 },
  ...{ StorageType: 'io1', Iops: 1_000, PubliclyAccessible: false },
};

/**
 * A place with the instance `orders`, which has a standby, and `reports`, which has none: both a `db.t4g.micro` of PostgreSQL
 * with 20 GiB. Of clusters, it has `shop` of Aurora, whose writer `shop-1` and reader `shop-2` are `db.r6g.large`, `single` of
 * one instance, and the Multi-AZ cluster `bank`. `orders` has an automated snapshot.
 */
export interface DatabasePlace {
  readonly client: RDSClient;
  /** Someone else protects it from deletion. */
  readonly protect: (of: 'instance' | 'cluster', id: string) => Promise<void>;
  /** Someone else stops an instance. */
  readonly stop: (id: string) => Promise<void>;
  /** Lets some time pass, in which states change. */
  readonly pass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/moto/DIFFERENCES.md.
  takesTime: true, // RDS-1
  reportsFailovers: true, // RDS-2
  makesInstances: true, // RDS-3
  keepsClusters: true, // RDS-4
  checksRequests: true, // RDS-5
  restoresToOneZone: true, // RDS-6
  open: async (): Promise<DatabasePlace> => {
    const clock = createVirtualClock(NOON);
    const fleet = createDatabaseFleet({ clock });
    const small = { instanceClass: 'db.t4g.micro', storageGiB: 20 };
    fleet.createInstance('orders', { ...small, zone: 'us-east-1a', standbyZone: 'us-east-1b' });
    fleet.createInstance('reports', small);
    fleet.createCluster('shop', ['shop-1', 'shop-2']);
    fleet.createCluster('single', ['single-1']);
    fleet.createCluster('bank', ['bank-1', 'bank-2', 'bank-3'], { engine: BANK.Engine });
    fleet.addSnapshot('rds:orders-1', { id: 'orders', type: 'automated', takenAtMs: NOON });
    return {
      client: createInProcessClient<RDSClient>('RDS', fleet.operations),
      protect: async (_, id) => void fleet.protect(id),
      stop: async (id) => fleet.setStatus(id, 'stopped'),
      pass: async () => await clock.advance(10_000),
      close: async () => undefined,
    };
  },
};

const MOTO = {
  name: 'moto',
  isAvailable: requirement('python'),
  takesTime: false,
  reportsFailovers: false,
  makesInstances: false,
  keepsClusters: false,
  checksRequests: false,
  restoresToOneZone: false,
  open: async (): Promise<DatabasePlace> => {
    const moto = await startMoto();
    const client = new RDSClient({ ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 });
    const user = { MasterUsername: 'root', MasterUserPassword: 'only-for-moto' };
    for (const [DBInstanceIdentifier, MultiAZ] of [
      ['orders', true],
      ['reports', false],
    ] as const)
      await client.send(
        new CreateDBInstanceCommand({
          ...{ DBInstanceIdentifier, DBInstanceClass: 'db.t4g.micro', Engine: 'postgres' },
          ...{ AllocatedStorage: 20, MultiAZ, ...user },
        }),
      );
    const Engine = 'aurora-postgresql';
    for (const [DBClusterIdentifier, members] of [
      ['shop', ['shop-1', 'shop-2']],
      ['single', ['single-1']],
    ] as const) {
      await client.send(new CreateDBClusterCommand({ DBClusterIdentifier, Engine, ...user }));
      for (const DBInstanceIdentifier of members)
        await client.send(
          new CreateDBInstanceCommand({
            ...{ DBInstanceIdentifier, DBClusterIdentifier, DBInstanceClass: 'db.r6g.large', Engine },
            PromotionTier: 1,
          }),
        );
    }
    await client.send(new CreateDBClusterCommand({ DBClusterIdentifier: 'bank', ...BANK, ...user }));
    return {
      client,
      protect: async (of, id) =>
        void (of === 'instance'
          ? await client.send(
              new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, DeletionProtection: true }),
            )
          : await client.send(
              new ModifyDBClusterCommand({ DBClusterIdentifier: id, DeletionProtection: true }),
            )),
      stop: async (id) => void (await client.send(new StopDBInstanceCommand({ DBInstanceIdentifier: id }))),
      pass: async () => undefined,
      close: async () => await moto.stop(),
    };
  },
};

/** Where the tests of databases run. */
export const DATABASE_PLACES = [EMBEDDED, MOTO];
