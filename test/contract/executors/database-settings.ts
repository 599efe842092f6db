import { createDatabases } from '../../../functions/adapters/rds/databases.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import { ApiError } from '../../../local/embedded/api-error.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createDatabaseFleet, type DatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import { ON_DATABASES } from './database.ts';
import type { Effect, ExecutorUnderTest, ServicePlace, Write } from './executor-under-test.ts';

/** Something of a database that Selfheal moves between two values, and someone else to a third. */
interface Contested {
  readonly ids: { readonly before: string; readonly after: string };
  readonly target: string;
  /** The operation that changes it. */
  readonly operation: string;
  readonly now: (fleet: DatabaseFleet) => string;
  readonly interfere: (fleet: DatabaseFleet, number: number) => void;
  /** Of the cluster. @default one of Aurora */
  readonly engine?: string;
}

/** Whatever Selfheal has RDS change is the change that is on record, or its undo. */
function opened(
  { clock }: ServicePlace,
  { ids, target, operation, now, interfere, engine = 'aurora-postgresql' }: Contested,
) {
  // Shorter than it really is, so that no run polls for long.
  const fleet = createDatabaseFleet({ clock, writerReturnsMs: 180_000 });
  fleet.createInstance('orders', { instanceClass: ids.before });
  fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine });
  const writes: Write[] = [];
  const watched = (input: unknown) => {
    const before = now(fleet);
    const answer = fleet.operations[operation]?.(input) ?? {};
    const { DBInstanceClass, TargetDBInstanceIdentifier } = input as Readonly<Record<string, string>>;
    const after = DBInstanceClass ?? String(TargetDBInstanceIdentifier);
    if (before !== after) writes.push({ before, after });
    return answer;
  };
  let number = 0;
  return {
    ports: {
      databases: createDatabases(createInProcessClient('RDS', { ...fleet.operations, [operation]: watched })),
    },
    effects: () =>
      writes.map(({ after }): Effect => ({ phase: after === ids.before ? 'undo' : 'do', target })),
    interfere: () => {
      number += 1;
      interfere(fleet, number);
    },
    contradictions: (records: readonly StepRecord[]) => {
      const { before = '', intended = '' } = records.find(({ stepId }) => stepId === 'heal-0')?.change ?? {};
      const isOn = (text: string, value: string) => text.includes(`"${value}"`);
      const isDone = (write: Write) => isOn(before, write.before) && isOn(intended, write.after);
      const isUndone = (write: Write) => isOn(intended, write.before) && isOn(before, write.after);
      return writes
        .filter((write, index) => !isDone(write) && !(index > 0 && isUndone(write)))
        .map((write) => `${write.before} was overwritten by ${write.after}`);
    },
  };
}

const CLASSES = ['db.r6g.2xlarge', 'db.r6g.4xlarge', 'db.r6g.8xlarge', 'db.r6g.12xlarge'];

const asked = ({ operations }: DatabaseFleet, operation: string, input: object): unknown =>
  operations[operation]?.(input);

export const classNow = (fleet: DatabaseFleet): string => {
  const { DBInstances } = asked(fleet, 'DescribeDBInstances', { DBInstanceIdentifier: 'orders' }) as {
    readonly DBInstances: readonly [
      {
        readonly DBInstanceClass: string;
        readonly PendingModifiedValues: { readonly DBInstanceClass?: string };
      },
    ];
  };
  const [{ DBInstanceClass, PendingModifiedValues }] = DBInstances;
  return PendingModifiedValues.DBInstanceClass ?? DBInstanceClass;
};

/** Someone else gives the instance another class, unless RDS is busy with it and refuses them as well. */
export const databaseClass: ExecutorUnderTest = {
  name: 'resource: class of a database',
  component: { ...ON_DATABASES, targets: { dbInstance: 'orders' } },
  action: {
    type: 'increase_resources',
    params: { ladder: [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.xlarge' }] },
    timeoutSeconds: 600,
    onError: 'rollback',
  },
  undo: { type: 'increase_resources', params: { phase: 'undo' }, timeoutSeconds: 600 },
  gap: { reads: ['databases.readInstance'], writes: ['databases.resize'] },
  open: (place) =>
    opened(place, {
      ids: { before: 'db.r6g.large', after: 'db.r6g.xlarge' },
      target: 'orders',
      operation: 'ModifyDBInstance',
      now: classNow,
      interfere: ({ operations }, number) => {
        const DBInstanceClass = CLASSES[number % CLASSES.length];
        try {
          operations['ModifyDBInstance']?.({
            ...{ DBInstanceIdentifier: 'orders', DBInstanceClass, ApplyImmediately: true },
          });
        } catch (error) {
          if (!(error instanceof Error && /not in available state/.test(error.message))) throw error;
        }
      },
    }),
};

export const writerNow = (fleet: DatabaseFleet): string => {
  const { DBClusters } = asked(fleet, 'DescribeDBClusters', { DBClusterIdentifier: 'shop' }) as {
    readonly DBClusters: readonly [
      {
        readonly DBClusterMembers: readonly {
          readonly DBInstanceIdentifier: string;
          readonly IsClusterWriter: boolean;
        }[];
      },
    ];
  };
  return (
    DBClusters[0].DBClusterMembers.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier ??
    'none'
  );
};

const WRITER: Omit<Contested, 'interfere'> = {
  ids: { before: 'shop-1', after: 'shop-2' },
  target: 'shop',
  operation: 'FailoverDBCluster',
  now: writerNow,
};

/** Someone else makes the third member the writer. */
export const clusterFailover: ExecutorUnderTest = {
  name: 'resource: failover of a cluster',
  component: { ...ON_DATABASES, targets: { dbCluster: 'shop' } },
  action: { type: 'failover', timeoutSeconds: 600, onError: 'rollback' },
  undo: { type: 'failover', params: { phase: 'undo' }, timeoutSeconds: 600 },
  gap: { reads: ['databases.readCluster'], writes: ['databases.failOver'] },
  open: (place) => opened(place, { ...WRITER, interfere: (fleet) => fleet.moveTo('shop', 'shop-3') }),
};

/**
 * Aurora or someone else has the cluster fail over, to the same member or to the third one. There is no gap: RDS refuses any
 * other failover until theirs is over.
 */
export const clusterFailoverBesideOthers: ExecutorUnderTest = {
  ...clusterFailover,
  name: 'resource: failover beside that of others',
  gap: { reads: [], writes: [] },
  open: (place) =>
    opened(place, {
      ...WRITER,
      interfere: ({ operations }) => {
        const TargetDBInstanceIdentifier = place.random() < 0.5 ? 'shop-2' : 'shop-3';
        try {
          operations['FailoverDBCluster']?.({ DBClusterIdentifier: 'shop', TargetDBInstanceIdentifier });
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
        }
      },
    }),
};

/** The former writer takes minutes to become a reader, and cannot be the writer before. */
export const multiAzFailover: ExecutorUnderTest = {
  ...clusterFailover,
  name: 'resource: failover of a Multi-AZ cluster of PostgreSQL',
  open: (place) =>
    opened(place, {
      ...WRITER,
      interfere: (fleet) => fleet.moveTo('shop', 'shop-3'),
      engine: 'postgres',
    }),
};
