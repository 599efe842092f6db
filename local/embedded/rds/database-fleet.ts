import * as z from 'zod';
import { ApiError, type Operations } from '../in-process-client.ts';
import {
  answerOfCluster,
  answerOfInstance,
  createDatabaseState,
  type DatabaseEffect,
  type DatabaseState,
  type DatabaseStateProps,
  type Instance,
  TAKES_MS,
} from './database-state.ts';
import { resizeOperations } from './resize-operations.ts';
import { restoreOperations } from './restore-operations.ts';
import { type Copies, type Copy, snapshotOperations } from './snapshot-operations.ts';

/** Instances and clusters of RDS, with states that take their time and RDS's own events, as the API documents them. */
export interface DatabaseFleet {
  /** @param more what differs from a `db.r6g.large` of PostgreSQL with 100 GiB in one zone */
  readonly createInstance: (id: string, more?: Partial<Instance>) => void;
  /** @param members ids of the instances, the writer first */
  readonly createCluster: (id: string, members: readonly string[]) => void;
  /** Sets a status, as RDS would by itself. */
  readonly setStatus: (id: string, status: string) => void;
  /** Moves the primary, as someone else would. */
  readonly moveTo: (id: string, to: string) => void;
  readonly effects: readonly DatabaseEffect[];
  /** A complete snapshot of an instance, as RDS or people take it. */
  readonly addSnapshot: (name: string, copy: Pick<Copy, 'id' | 'type' | 'takenAtMs'>) => void;
  /** Names of the snapshots that there are. */
  readonly snapshots: () => readonly string[];
  /** Operations of the API, by name. */
  readonly operations: Operations;
}

const PLAIN: Instance = {
  ...{ status: 'available', zone: 'us-east-1a', standbyZone: undefined, cluster: undefined },
  ...{ engine: 'postgres', instanceClass: 'db.r6g.large', pending: {}, takesStorage: true },
  ...{ storageGiB: 100, maximumStorageGiB: undefined, storageType: 'gp3', iops: 3_000 },
  ...{ endpoint: undefined, isPublic: false, isProtected: false, tags: [] },
  ...{ subnetGroup: 'default', securityGroups: ['sg-default'], parameterGroup: 'default.postgres16' },
};

const instanceInput = z.object({ DBInstanceIdentifier: z.string() });
const clusterInput = z.object({ DBClusterIdentifier: z.string() });
const rebootInput = instanceInput.extend({ ForceFailover: z.boolean().optional() });
const failoverInput = clusterInput.extend({ TargetDBInstanceIdentifier: z.string().optional() });

function restartOperations({ clock, effects, instanceOf, clusterOf, announce }: DatabaseState): Operations {
  return {
    DescribeDBInstances: (input) => {
      const { DBInstanceIdentifier: id } = instanceInput.parse(input);
      return { DBInstances: [answerOfInstance(id, instanceOf(id))] };
    },
    DescribeDBClusters: (input) => {
      const { DBClusterIdentifier: id } = clusterInput.parse(input);
      return { DBClusters: [answerOfCluster(id, clusterOf(id))] };
    },
    RebootDBInstance: (input) => {
      const { DBInstanceIdentifier: id, ForceFailover = false } = rebootInput.parse(input);
      const instance = instanceOf(id);
      if (instance.status !== 'available')
        throw new ApiError('InvalidDBInstanceStateFault', `Instance ${id} is not in available state.`);
      const { zone, standbyZone } = instance;
      if (ForceFailover && standbyZone === undefined)
        throw new ApiError(
          'InvalidParameterCombination',
          'Cannot force failover since the instance is not configured for multi-az.',
        );
      instance.status = 'rebooting';
      effects.push(
        ForceFailover ? { kind: 'failed-over', id, to: String(standbyZone) } : { kind: 'rebooted', id },
      );
      if (ForceFailover) announce('db', id, 'RDS-EVENT-0013', 'Multi-AZ instance failover started.');
      clock.after(TAKES_MS, () => {
        instance.status = 'available';
        if (ForceFailover && standbyZone !== undefined) {
          [instance.zone, instance.standbyZone] = [standbyZone, zone];
          announce('db', id, 'RDS-EVENT-0049', 'Multi-AZ instance failover completed.');
        }
        announce('db', id, 'RDS-EVENT-0006', 'DB instance restarted.');
      });
      return { DBInstance: answerOfInstance(id, instance) };
    },
    FailoverDBCluster: (input) => {
      const { DBClusterIdentifier: id, TargetDBInstanceIdentifier: named } = failoverInput.parse(input);
      const cluster = clusterOf(id);
      if (cluster.status !== 'available')
        throw new ApiError('InvalidDBClusterStateFault', `DB cluster ${id} is not in available state.`);
      const to = named ?? cluster.members.find((member) => member.id !== cluster.writer)?.id;
      if (to === undefined || to === cluster.writer || !cluster.members.some((member) => member.id === to))
        throw new ApiError('InvalidDBInstanceStateFault', `Cannot fail over to ${to}: it is not a reader.`);
      cluster.status = 'failing-over';
      effects.push({ kind: 'failed-over', id, to });
      announce('cluster', id, 'RDS-EVENT-0073', `Started failover to DB instance: ${to}`);
      clock.after(TAKES_MS, () => {
        cluster.writer = to;
        cluster.status = 'available';
        announce('cluster', id, 'RDS-EVENT-0071', `Completed failover to DB instance: ${to}`);
      });
      return { DBCluster: answerOfCluster(id, cluster) };
    },
  };
}

export function createDatabaseFleet(props: DatabaseStateProps): DatabaseFleet {
  const state = createDatabaseState(props);
  const { instances, clusters, effects, instanceOf } = state;
  const copies: Copies = { db: new Map(), cluster: new Map() };
  return {
    operations: {
      ...restartOperations(state),
      ...resizeOperations(state),
      ...restoreOperations(state, copies, PLAIN),
      ...snapshotOperations(state, copies),
    },
    effects,
    addSnapshot: (name, copy) => void copies.db.set(name, { ...copy, status: 'available' }),
    snapshots: () => [...copies.db.keys(), ...copies.cluster.keys()],
    createInstance: (id, more = {}) => void instances.set(id, { ...PLAIN, ...more }),
    createCluster: (id, members) => {
      for (const member of members)
        instances.set(member, { ...PLAIN, engine: 'aurora-postgresql', storageType: 'aurora', cluster: id });
      clusters.set(id, {
        status: 'available',
        writer: members[0] ?? '',
        members: members.map((member, tier) => ({ id: member, tier })),
      });
    },
    setStatus: (id, status) => {
      const found = clusters.get(id) ?? instanceOf(id);
      found.status = status;
    },
    moveTo: (id, to) => {
      const cluster = clusters.get(id);
      if (cluster) cluster.writer = to;
      else instanceOf(id).zone = to;
    },
  };
}
