import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';

const ARN = 'arn:aws:rds:us-east-1:000000000000';
/** How long RDS takes for most things. */
export const TAKES_MS = 45_000;

/** How long RDS goes on showing the zones from before a failover. */
const ZONES_ARE_LATE_MS = 8 * 60_000;

/** How long the former writer of a Multi-AZ cluster takes to become a reader: AWS's own driver tests wait 10 to 20 minutes. */
const WRITER_RETURNS_MS = 15 * 60_000;

/** RDS keeps instances and clusters apart. */
export type Kind = 'db' | 'cluster';

/** An instance, with what the API shows of it. */
export interface Instance {
  status: string;
  zone: string;
  standbyZone: string | undefined;
  /** What the API goes on showing after a failover. @default where they are */
  shownZones: { readonly zone: string; readonly standbyZone: string } | undefined;
  readonly cluster: string | undefined;
  readonly engine: string;
  instanceClass: string;
  storageGiB: number;
  readonly maximumStorageGiB: number | undefined;
  readonly storageType: string;
  readonly iops: number | undefined;
  /** `PendingModifiedValues`. */
  pending: Readonly<Record<string, unknown>>;
  /** Whether RDS takes another change of storage. */
  takesStorage: boolean;
  /** Host name. */
  endpoint: string | undefined;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  readonly parameterGroup: string;
  readonly isPublic: boolean;
  isProtected: boolean;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

export interface Member {
  readonly id: string;
  readonly tier: number;
}

export interface Cluster {
  status: string;
  writer: string;
  members: readonly Member[];
  readonly engine: string;
  readonly engineVersion: string;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  readonly parameterGroup: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  isProtected: boolean;
  /** What a Multi-AZ cluster has besides. @default it is of Aurora */
  readonly multiAz?: MultiAz;
}

/** What the three instances of a Multi-AZ cluster have in common. */
export interface MultiAz {
  readonly instanceClass: string;
  readonly storageGiB: number;
  readonly storageType: string;
  readonly iops: number;
  readonly isPublic: boolean;
}

/** What the API did to a database. */
export interface DatabaseEffect {
  readonly kind:
    | 'rebooted'
    | 'failed-over'
    | 'resized'
    | 'copied'
    | 'copy-deleted'
    | 'restored'
    | 'added'
    | 'deleted';
  readonly id: string;
  /** The zone or the member that is the primary after a failover; the new class, or GiB; the snapshot. */
  readonly to?: string;
}

/** An event, as `DescribeEvents` lists it. */
export interface DatabaseEvent {
  readonly kind: Kind;
  readonly id: string;
  readonly message: string;
  readonly categories: readonly string[];
  readonly atMs: number;
}

export interface DatabaseStateProps {
  readonly clock: Pick<EmbeddedClock, 'after' | 'nowMs'>;
  /** How long the former writer of a Multi-AZ cluster takes to become a reader. @default 15 minutes */
  readonly writerReturnsMs?: number;
  /** Puts RDS's own events on the bus. */
  readonly publish?: (event: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly resources: readonly string[];
  }) => void;
}

/** The databases of the account, and what the operations of the API share. */
export interface DatabaseState extends Required<Pick<DatabaseStateProps, 'clock' | 'writerReturnsMs'>> {
  readonly instances: Map<string, Instance>;
  readonly clusters: Map<string, Cluster>;
  readonly effects: DatabaseEffect[];
  /** @throws ApiError if there is none */
  readonly instanceOf: (id: string) => Instance;
  readonly clusterOf: (id: string) => Cluster;
  readonly announce: (kind: Kind, id: string, eventId: string, message: string, category?: string) => void;
  readonly events: readonly DatabaseEvent[];
  /** Makes the standby the primary. The API shows it minutes later. */
  readonly swapZones: (instance: Instance) => void;
}

export function createDatabaseState({
  clock,
  writerReturnsMs = WRITER_RETURNS_MS,
  publish = () => undefined,
}: DatabaseStateProps): DatabaseState {
  const instances = new Map<string, Instance>();
  const clusters = new Map<string, Cluster>();
  const events: DatabaseEvent[] = [];
  return {
    ...{ clock, writerReturnsMs, instances, clusters, events },
    swapZones: (instance) => {
      const { zone, standbyZone } = instance;
      if (standbyZone === undefined) return;
      instance.shownZones ??= { zone, standbyZone };
      [instance.zone, instance.standbyZone] = [standbyZone, zone];
      clock.after(ZONES_ARE_LATE_MS, () => {
        instance.shownZones = undefined;
      });
    },
    effects: [],
    instanceOf: (id) => {
      const found = instances.get(id);
      if (found) return found;
      throw new ApiError('DBInstanceNotFoundFault', `DBInstance ${id} not found.`);
    },
    clusterOf: (id) => {
      const found = clusters.get(id);
      if (found) return found;
      throw new ApiError('DBClusterNotFoundFault', `DBCluster ${id} not found.`);
    },
    announce: (kind, id, EventID, Message, category = 'configuration change') => {
      events.push({ ...{ kind, id, message: Message, categories: [category] }, atMs: clock.nowMs() });
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
    },
  };
}

export function answerOfInstance(id: string, instance: Instance): object {
  const { cluster, iops, maximumStorageGiB, pending } = instance;
  const { zone, standbyZone } = instance.shownZones ?? instance;
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: `${ARN}:db:${id}`,
    DBInstanceStatus: instance.status,
    DBInstanceClass: instance.instanceClass,
    Engine: instance.engine,
    AllocatedStorage: instance.storageGiB,
    StorageType: instance.storageType,
    AvailabilityZone: zone,
    MultiAZ: standbyZone !== undefined,
    PendingModifiedValues: { ...pending },
    DBSubnetGroup: { DBSubnetGroupName: instance.subnetGroup },
    VpcSecurityGroups: instance.securityGroups.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
    DBParameterGroups: [{ DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: 'in-sync' }],
    PubliclyAccessible: instance.isPublic,
    DeletionProtection: instance.isProtected,
    TagList: [...instance.tags],
    ...(instance.endpoint !== undefined && { Endpoint: { Address: instance.endpoint, Port: 5432 } }),
    ...(iops !== undefined && { Iops: iops }),
    ...(maximumStorageGiB !== undefined && { MaxAllocatedStorage: maximumStorageGiB }),
    ...(instance.status === 'storage-optimization' && { PercentProgress: '10' }),
    ...(standbyZone !== undefined && { SecondaryAvailabilityZone: standbyZone }),
    ...(cluster !== undefined && { DBClusterIdentifier: cluster }),
  };
}

export function answerOfCluster(id: string, cluster: Cluster): object {
  const { status, writer, members, engine, engineVersion, multiAz } = cluster;
  return {
    ...{ DBClusterIdentifier: id, Engine: engine, EngineVersion: engineVersion, EngineMode: 'provisioned' },
    ...(multiAz && {
      ...{ DBClusterInstanceClass: multiAz.instanceClass, PubliclyAccessible: multiAz.isPublic },
      ...{ AllocatedStorage: multiAz.storageGiB, StorageType: multiAz.storageType, Iops: multiAz.iops },
    }),
    DeletionProtection: cluster.isProtected,
    ...{ Endpoint: `${id}.cluster-abcdefghijkl.us-east-1.rds.amazonaws.com`, Port: 5432 },
    ...{ DBSubnetGroup: cluster.subnetGroup, DBClusterParameterGroup: cluster.parameterGroup },
    VpcSecurityGroups: cluster.securityGroups.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
    TagList: [...cluster.tags],
    DBClusterArn: `${ARN}:cluster:${id}`,
    Status: status,
    DBClusterMembers: members.map((member) => ({
      DBInstanceIdentifier: member.id,
      IsClusterWriter: member.id === writer,
      PromotionTier: member.tier,
    })),
  };
}
