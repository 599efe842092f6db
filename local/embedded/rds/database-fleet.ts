import * as z from 'zod';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import { ApiError, type Operations } from '../in-process-client.ts';

const ARN = 'arn:aws:rds:us-east-1:000000000000';
const TAKES_MS = 45_000;

interface Instance {
  status: string;
  zone: string;
  standbyZone: string | undefined;
  readonly cluster: string | undefined;
}

interface Member {
  readonly id: string;
  readonly tier: number;
}

interface Cluster {
  status: string;
  writer: string;
  readonly members: readonly Member[];
}

/** What the API did to a database. */
export interface DatabaseEffect {
  readonly kind: 'rebooted' | 'failed-over' | 'copied' | 'copy-deleted';
  readonly id: string;
  /** The zone or the member that is the primary after a failover; the snapshot. */
  readonly to?: string;
}

/** Instances and clusters of RDS, with states that take their time and RDS's own events, as the API documents them. */
export interface DatabaseFleet {
  readonly createInstance: (
    id: string,
    zones?: { readonly zone: string; readonly standbyZone?: string },
  ) => void;
  /** @param members ids of the instances, the writer first */
  readonly createCluster: (id: string, members: readonly string[]) => void;
  /** Sets a status, as RDS would by itself. */
  readonly setStatus: (id: string, status: string) => void;
  /** Moves the primary, as someone else would. */
  readonly moveTo: (id: string, to: string) => void;
  readonly effects: readonly DatabaseEffect[];
  /** Names of the snapshots that there are. */
  readonly snapshots: () => readonly string[];
  /** Operations of the API, by name. */
  readonly operations: Operations;
}

interface Copy {
  readonly id: string;
  status: string;
}

const snapshotInput = z.object({ DBSnapshotIdentifier: z.string() });
const clusterSnapshotInput = z.object({ DBClusterSnapshotIdentifier: z.string() });

const instanceInput = z.object({ DBInstanceIdentifier: z.string() });
const clusterInput = z.object({ DBClusterIdentifier: z.string() });
const rebootInput = instanceInput.extend({ ForceFailover: z.boolean().optional() });
const failoverInput = clusterInput.extend({ TargetDBInstanceIdentifier: z.string().optional() });

export function createDatabaseFleet({
  clock,
  publish = () => undefined,
}: {
  readonly clock: Pick<EmbeddedClock, 'after'>;
  /** Puts RDS's own events on the bus. */
  readonly publish?: (event: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly resources: readonly string[];
  }) => void;
}): DatabaseFleet {
  const instances = new Map<string, Instance>();
  const clusters = new Map<string, Cluster>();
  const copies = { db: new Map<string, Copy>(), cluster: new Map<string, Copy>() };
  const effects: DatabaseEffect[] = [];

  const instanceOf = (id: string): Instance => {
    const found = instances.get(id);
    if (found) return found;
    throw new ApiError('DBInstanceNotFoundFault', `DBInstance ${id} not found.`);
  };
  const clusterOf = (id: string): Cluster => {
    const found = clusters.get(id);
    if (found) return found;
    throw new ApiError('DBClusterNotFoundFault', `DBCluster ${id} not found.`);
  };
  const announce = (kind: 'db' | 'cluster', id: string, EventID: string, Message: string): void => {
    const SourceArn = `${ARN}:${kind}:${id}`;
    publish({
      source: 'aws.rds',
      detailType: kind === 'db' ? 'RDS DB Instance Event' : 'RDS DB Cluster Event',
      resources: [SourceArn],
      detail: {
        ...{ SourceArn, SourceIdentifier: id, EventID, Message },
        SourceType: kind === 'db' ? 'DB_INSTANCE' : 'CLUSTER',
      },
    });
  };

  const answerOfInstance = (id: string, { status, zone, standbyZone, cluster }: Instance) => ({
    DBInstanceIdentifier: id,
    DBInstanceArn: `${ARN}:db:${id}`,
    DBInstanceStatus: status,
    AvailabilityZone: zone,
    MultiAZ: standbyZone !== undefined,
    ...(standbyZone !== undefined && { SecondaryAvailabilityZone: standbyZone }),
    ...(cluster !== undefined && { DBClusterIdentifier: cluster }),
  });
  const answerOfCluster = (id: string, { status, writer, members }: Cluster) => ({
    DBClusterIdentifier: id,
    DBClusterArn: `${ARN}:cluster:${id}`,
    Status: status,
    DBClusterMembers: members.map((member) => ({
      DBInstanceIdentifier: member.id,
      IsClusterWriter: member.id === writer,
      PromotionTier: member.tier,
    })),
  });

  const nounOf = { db: 'DBSnapshot', cluster: 'DBClusterSnapshot' };
  const shapeOf = { db: 'DBInstanceIdentifier', cluster: 'DBClusterIdentifier' };
  const copyOf = (kind: 'db' | 'cluster', name: string): Copy => {
    const found = copies[kind].get(name);
    if (found) return found;
    throw new ApiError(`${nounOf[kind]}NotFoundFault`, `${nounOf[kind]} ${name} not found.`);
  };
  const answerOfCopy = (kind: 'db' | 'cluster', name: string, { id, status }: Copy) => ({
    [`${nounOf[kind]}Identifier`]: name,
    [shapeOf[kind]]: id,
    Status: status,
    PercentProgress: status === 'available' ? 100 : 0,
  });
  const copy = (kind: 'db' | 'cluster', id: string, status: string, name: string): object => {
    if (copies[kind].has(name))
      throw new ApiError(`${nounOf[kind]}AlreadyExistsFault`, `${nounOf[kind]} ${name} already exists.`);
    if (status !== 'available')
      throw new ApiError(
        kind === 'db' ? 'InvalidDBInstanceStateFault' : 'InvalidDBClusterStateFault',
        `${id} is not in available state.`,
      );
    const made: Copy = { id, status: 'creating' };
    copies[kind].set(name, made);
    effects.push({ kind: 'copied', id, to: name });
    clock.after(TAKES_MS, () => {
      made.status = 'available';
    });
    return { [nounOf[kind]]: answerOfCopy(kind, name, made) };
  };
  const deleteCopy = (kind: 'db' | 'cluster', name: string): object => {
    const found = copyOf(kind, name);
    if (found.status !== 'available')
      throw new ApiError(`Invalid${nounOf[kind]}StateFault`, `${name} is not in available state.`);
    copies[kind].delete(name);
    effects.push({ kind: 'copy-deleted', id: found.id, to: name });
    return { [nounOf[kind]]: answerOfCopy(kind, name, { ...found, status: 'deleted' }) };
  };

  const operations: Operations = {
    CreateDBSnapshot: (input) => {
      const asked = instanceInput.extend(snapshotInput.shape).parse(input);
      const { DBInstanceIdentifier: id, DBSnapshotIdentifier: name } = asked;
      return copy('db', id, instanceOf(id).status, name);
    },
    CreateDBClusterSnapshot: (input) => {
      const asked = clusterInput.extend(clusterSnapshotInput.shape).parse(input);
      const { DBClusterIdentifier: id, DBClusterSnapshotIdentifier: name } = asked;
      return copy('cluster', id, clusterOf(id).status, name);
    },
    DescribeDBSnapshots: (input) => {
      const { DBSnapshotIdentifier: name } = snapshotInput.parse(input);
      return { DBSnapshots: [answerOfCopy('db', name, copyOf('db', name))] };
    },
    DescribeDBClusterSnapshots: (input) => {
      const { DBClusterSnapshotIdentifier: name } = clusterSnapshotInput.parse(input);
      return { DBClusterSnapshots: [answerOfCopy('cluster', name, copyOf('cluster', name))] };
    },
    DeleteDBSnapshot: (input) => deleteCopy('db', snapshotInput.parse(input).DBSnapshotIdentifier),
    DeleteDBClusterSnapshot: (input) =>
      deleteCopy('cluster', clusterSnapshotInput.parse(input).DBClusterSnapshotIdentifier),

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

  return {
    operations,
    effects,
    snapshots: () => [...copies.db.keys(), ...copies.cluster.keys()],
    createInstance: (id, { zone, standbyZone } = { zone: 'us-east-1a' }) =>
      void instances.set(id, { status: 'available', zone, standbyZone, cluster: undefined }),
    createCluster: (id, members) => {
      for (const member of members)
        instances.set(member, {
          status: 'available',
          zone: 'us-east-1a',
          standbyZone: undefined,
          cluster: id,
        });
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
