/** An instance of RDS or Aurora, as RDS describes it. */
export interface DbInstance {
  readonly id: string;
  readonly status: string;
  /** Whether a standby in another zone can take over. */
  readonly isMultiAz: boolean;
  /** `undefined` while RDS has not placed it. */
  readonly zone: string | undefined;
  /** Where the standby is. */
  readonly standbyZone: string | undefined;
  /** The cluster of Aurora of which it is a member. */
  readonly cluster: string | undefined;
  readonly engine: string;
  /** Such as `db.r6g.large`. */
  readonly instanceClass: string;
  readonly storage: AllocatedStorage;
  /** What RDS has accepted, and has not done yet: now, or in the next maintenance window. */
  readonly pending: PendingChanges;
  /** How far RDS is with optimizing the storage, while it is. */
  readonly optimizedPercent?: number;
}

export interface AllocatedStorage {
  readonly giB: number;
  /** Up to which RDS lets it grow by itself. @default it does not grow by itself */
  readonly maximumGiB?: number;
  readonly type: string;
  /** @default of no number that is its own */
  readonly iops?: number;
}

export interface PendingChanges {
  readonly instanceClass?: string;
  readonly storageGiB?: number;
  /** Names of the other settings, as RDS has them. */
  readonly others: readonly string[];
}

/** An instance in a cluster, as the cluster describes it. */
export interface ClusterMember {
  readonly id: string;
  readonly isWriter: boolean;
  /** Aurora promotes a reader of the lowest tier first. */
  readonly promotionTier: number;
}

/** Whether a cluster is a Multi-AZ cluster of RDS: RDS makes its three instances with it, and deletes them with it. */
export const isMultiAzCluster = (engine: string | undefined): boolean =>
  engine === 'mysql' || engine === 'postgres';

/** A cluster of Aurora, or a Multi-AZ cluster of RDS, as RDS describes it. */
export interface DbCluster {
  readonly id: string;
  readonly status: string;
  readonly engine: string;
  readonly members: readonly ClusterMember[];
}

/**
 * Statuses in which a database serves as usual, though RDS may be busy with it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
 */
const SERVING: ReadonlySet<string> = new Set([
  'available',
  'backing-up',
  'configuring-enhanced-monitoring',
  'configuring-iam-database-auth',
  'configuring-log-exports',
  'storage-config-upgrade',
  'storage-initialization',
  'storage-optimization',
]);

/** Statuses that a database does not leave by itself for one in which it serves. */
const STUCK: ReadonlySet<string> = new Set([
  'deleting',
  'failed',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'incompatible-create',
  'incompatible-credentials',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'insufficient-capacity',
  'restore-error',
  'stopped',
  'stopping',
  'storage-full',
]);

/** Whether RDS calls a database able to serve; `stuck` if it will not be by itself. */
export function readiness(status: string): 'serving' | 'busy' | 'stuck' {
  if (SERVING.has(status)) return 'serving';
  return STUCK.has(status) ? 'stuck' : 'busy';
}

/**
 * Whether RDS would refuse to restart a database or to move its primary because it is busy with it, be it only with a
 * backup. It decides itself about one that is stuck.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RebootInstance.html
 */
export function isBusyFor(status: string): boolean {
  return readiness(status) !== 'stuck' && !RESTARTABLE.has(status);
}

const RESTARTABLE: ReadonlySet<string> = new Set([
  'available',
  'storage-initialization',
  'storage-optimization',
]);

export const writerOf = ({ members }: Pick<DbCluster, 'members'>): string | undefined =>
  members.find(({ isWriter }) => isWriter)?.id;

/** Why a cluster does not serve as it should; `undefined` if it does. */
export function clusterUnhealthiness(cluster: DbCluster): string | undefined {
  if (readiness(cluster.status) !== 'serving') return `it is ${cluster.status}`;
  return writerOf(cluster) === undefined ? 'it has no writer' : undefined;
}

/** Why an instance cannot fail over; `undefined` if it can. */
export function failoverProblem({ isMultiAz, zone, standbyZone, cluster }: DbInstance): string | undefined {
  if (cluster !== undefined)
    return `it belongs to the cluster ${cluster}: a component with \`dbCluster: ${cluster}\` can fail over`;
  if (!isMultiAz) return 'it is not Multi-AZ, so it has no standby that could take over';
  if (zone === undefined || standbyZone === undefined) return 'RDS does not say where its standby is';
  return undefined;
}

/**
 * The member that is to become the writer, where RDS accepts one by name: the one that the strategy names, or the reader of the
 * lowest tier. Of several, it is the first by name, as a cluster does not show the sizes by which Aurora itself would choose.
 */
export function nextWriter(
  { members }: Pick<DbCluster, 'members'>,
  named?: string,
): string | { readonly problem: string } {
  if (named !== undefined) {
    if (members.some(({ id }) => id === named)) return named;
    const ids = members.map(({ id }) => id).join(', ');
    return { problem: `${named} is not one of its members (${ids || 'none'})` };
  }
  const [reader] = readersOf({ members });
  return reader?.id ?? { problem: readerProblem({ members }) };
}

/** The readers of a cluster by tier, and those of one tier by name. */
export const readersOf = ({ members }: Pick<DbCluster, 'members'>): readonly ClusterMember[] =>
  members
    .filter(({ isWriter }) => !isWriter)
    .sort((one, other) => one.promotionTier - other.promotionTier || (one.id < other.id ? -1 : 1));

/** Why a cluster without readers cannot fail over. */
export const readerProblem = (cluster: Pick<DbCluster, 'members'>): string =>
  `it has no reader that could take over from ${writerOf(cluster) ?? 'none'}`;

/** Why a cluster without a writer, such as a secondary one of a global database, cannot fail over. */
export const NO_WRITER = 'it has no writer that could be moved';
