import type { Operations } from '../in-process-client.ts';
import { clusterRestoreOperations } from './cluster-restore-operations.ts';
import {
  type Cluster,
  createDatabaseState,
  type DatabaseEffect,
  type DatabaseStateProps,
  type Instance,
  type Kind,
  type MultiAz,
} from './database-state.ts';
import { resizeOperations } from './resize-operations.ts';
import { restartOperations } from './restart-operations.ts';
import { restoreOperations } from './restore-operations.ts';
import { type Copies, type Copy, snapshotOperations } from './snapshot-operations.ts';

/** Instances and clusters of RDS, with states that take their time and RDS's own events, as the API documents them. */
export interface DatabaseFleet {
  /** @param more what differs from a `db.r6g.large` of PostgreSQL with 100 GiB in one zone */
  readonly createInstance: (id: string, more?: Partial<Instance>) => void;
  /** @param members ids of the instances, the writer first */
  readonly createCluster: (id: string, members: readonly string[], more?: Partial<Cluster>) => void;
  /** Sets a status, as RDS would by itself. */
  readonly setStatus: (id: string, status: string) => void;
  /** Protects an instance or a cluster from deletion, as someone else would. @returns whether it is there, and not being deleted */
  readonly protect: (id: string) => boolean;
  /** Moves the primary, as someone else would. */
  readonly moveTo: (id: string, to: string) => void;
  readonly effects: readonly DatabaseEffect[];
  /** Where the primary of an instance really is. */
  readonly zoneOf: (id: string) => string;
  /** A complete snapshot of an instance, or of a cluster, as RDS or people take it. */
  readonly addSnapshot: (name: string, copy: Omit<Copy, 'status'>, kind?: Kind) => void;
  /** Names of the snapshots that there are. */
  readonly snapshots: () => readonly string[];
  /** Operations of the API, by name. */
  readonly operations: Operations;
}

const PLAIN: Instance = {
  ...{ status: 'available', zone: 'us-east-1a', standbyZone: undefined, cluster: undefined },
  ...{ shownZones: undefined, engine: 'postgres', instanceClass: 'db.r6g.large' },
  ...{ pending: {}, takesStorage: true },
  ...{ storageGiB: 100, maximumStorageGiB: undefined, storageType: 'gp3', iops: 3_000 },
  ...{ endpoint: undefined, isPublic: false, isProtected: false, tags: [] },
  ...{ subnetGroup: 'default', securityGroups: ['sg-default'], parameterGroup: 'default.postgres16' },
};

const PLAIN_CLUSTER = {
  ...{
    status: 'available',
    engine: 'aurora-postgresql',
    engineVersion: '16.4',
    tags: [],
    isProtected: false,
  },
  ...{
    subnetGroup: 'default',
    securityGroups: ['sg-default'],
    parameterGroup: 'default.aurora-postgresql16',
  },
};

const PLAIN_MULTI_AZ: MultiAz = {
  ...{ instanceClass: 'db.m6gd.large', isPublic: false },
  ...{ storageGiB: 100, storageType: 'io1', iops: 1_000 },
};

export function createDatabaseFleet(props: DatabaseStateProps): DatabaseFleet {
  const state = createDatabaseState(props);
  const { instances, clusters, effects, instanceOf } = state;
  const copies: Copies = { db: new Map(), cluster: new Map() };
  return {
    operations: {
      ...restartOperations(state),
      ...resizeOperations(state),
      ...restoreOperations(state, copies, PLAIN),
      ...clusterRestoreOperations(state, copies, PLAIN),
      ...snapshotOperations(state, copies),
    },
    effects,
    zoneOf: (id) => instanceOf(id).zone,
    addSnapshot: (name, copy, kind = 'db') => {
      const taken = kind === 'db' ? instances.get(copy.id) : undefined;
      const original = taken && { original: { ...taken } };
      copies[kind].set(name, { ...original, ...copy, status: 'available' });
    },
    snapshots: () => [...copies.db.keys(), ...copies.cluster.keys()],
    createInstance: (id, more = {}) => void instances.set(id, { ...PLAIN, ...more }),
    createCluster: (id, members, more = {}) => {
      const { engine = PLAIN_CLUSTER.engine } = more;
      const multiAz = engine.startsWith('aurora') ? undefined : PLAIN_MULTI_AZ;
      const storageType = multiAz?.storageType ?? 'aurora';
      for (const member of members) instances.set(member, { ...PLAIN, engine, storageType, cluster: id });
      clusters.set(id, {
        ...{ ...PLAIN_CLUSTER, writer: members[0] ?? '' },
        members: members.map((member, tier) => ({ id: member, tier })),
        ...(multiAz && { multiAz }),
        ...more,
      });
    },
    setStatus: (id, status) => {
      const found = clusters.get(id) ?? instanceOf(id);
      found.status = status;
    },
    protect: (id) => {
      const found = clusters.get(id) ?? instances.get(id);
      if (found === undefined || found.status === 'deleting') return false;
      found.isProtected = true;
      return true;
    },
    moveTo: (id, to) => {
      const cluster = clusters.get(id);
      if (cluster) cluster.writer = to;
      else instanceOf(id).zone = to;
    },
  };
}
