import type { SnapshotSource } from '../actions/value-rules.ts';
import { readiness } from './database.ts';
import { type SnapshotOf, snapshotPrefix } from './database-snapshot.ts';

/**
 * RDS allows an instance 63 characters, and a Multi-AZ cluster 52, as its instances are named after it; the rest of a copy's
 * name is the operation.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 */
const NAMED_AFTER = { instance: 24, cluster: 13 } as const;

/** A snapshot of a database, in the list of all. */
export interface ListedSnapshot {
  readonly name: string;
  readonly isAutomated: boolean;
  readonly status: string;
  /** When RDS began to take it, epoch milliseconds. */
  readonly takenAtMs: number;
}

/** A snapshot of a cluster, in the list of all. */
export interface ListedClusterSnapshot extends ListedSnapshot {
  /** That of the cluster when it was taken: `16.4`. */
  readonly engineVersion: string;
}

/** An instance that an action restored beside another, as RDS describes it. */
export interface DatabaseCopy {
  readonly status: string;
  /** `host:port`, once it has one. */
  readonly endpoint?: string;
  /** By its tags, the operation and step that made it, and from which snapshot. @default someone else made it */
  readonly madeBy?: string;
  readonly snapshot?: string;
  readonly isProtected: boolean;
}

/**
 * Whether a copy can never have served: there is nothing in it to keep, and RDS takes no snapshot of it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
export function neverServed({ status }: Pick<DatabaseCopy, 'status'>): boolean {
  return [
    'failed',
    'incompatible-create',
    'incompatible-network',
    'incompatible-restore',
    'restore-error',
  ].includes(status);
}

/** For people: how to delete a copy by hand, leaving a snapshot of what may be in it. */
export function deletionByHand(of: SnapshotOf, name: string): string {
  const instance = `aws rds delete-db-instance --db-instance-identifier ${name}`;
  if (of === 'instance') return `\`${instance} --final-db-snapshot-identifier ${name}-final\``;
  const cluster = `aws rds delete-db-cluster --db-cluster-identifier ${name} --final-db-snapshot-identifier ${name}-final`;
  return `\`${instance} --skip-final-snapshot\`, if it has that instance, and \`${cluster}\``;
}

/** A cluster that an action restored beside another, as RDS describes it. The instance of one of Aurora has the same name. */
export interface ClusterCopy extends DatabaseCopy {
  /** Whether RDS makes its instances with it, and deletes them with it. */
  readonly isMultiAz: boolean;
  readonly members: readonly string[];
}

/** What the identifiers of the copies of a database begin with. */
export const copyPrefix = (of: SnapshotOf, id: string) =>
  `selfheal-${id.slice(0, NAMED_AFTER[of]).replace(/-$/, '')}-`;

/** The identifier of the copy that an operation makes: lower-case letters, digits and single hyphens. */
export const copyName = (of: SnapshotOf, id: string, operationId: string) =>
  `${copyPrefix(of, id)}${operationId}`.toLowerCase();

/**
 * The snapshot to restore: the newest complete one of the source. What the operation itself has taken is meant only if it is
 * named: otherwise it would have copied the damage that is to be repaired.
 */
export function chooseSnapshot<Listed extends ListedSnapshot>(
  snapshots: readonly Listed[],
  of: {
    readonly kind: SnapshotOf;
    readonly id: string;
    readonly operationId: string;
    readonly from: SnapshotSource;
    readonly maxAgeSeconds: number;
    readonly nowMs: number;
  },
): Listed | { readonly problem: string } {
  const own = `${snapshotPrefix(of.kind, of.id)}${of.operationId}`.toLowerCase();
  const meant = snapshots
    .filter(({ name }) => name.startsWith(own) === (of.from === 'operation'))
    .filter(({ isAutomated }) => of.from !== 'automated' || isAutomated);
  const [newest] = meant
    .filter(({ status }) => status === 'available')
    .sort((one, other) => other.takenAtMs - one.takenAtMs);
  const which = of.from === 'operation' ? 'that this operation has taken' : `(\`from: ${of.from}\`)`;
  if (newest === undefined)
    return {
      problem: `it has no complete snapshot ${which}; ${meant.length} are not complete`,
    };
  const ageSeconds = Math.round((of.nowMs - newest.takenAtMs) / 1_000);
  if (ageSeconds <= of.maxAgeSeconds) return newest;
  return {
    problem: `its newest snapshot ${which}, ${newest.name}, is ${ageSeconds} s old, and \`maxAgeSeconds\` is ${of.maxAgeSeconds}`,
  };
}

/** How far the restoring of a copy has come; `undefined` while RDS restores. */
export function copyOutcome(
  name: string,
  copy: DatabaseCopy | undefined,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  if (copy === undefined) return { outcome: 'FAILED', detail: `there is no instance ${name}` };
  const { status, endpoint, snapshot = 'a snapshot' } = copy;
  const state = readiness(status);
  if (state === 'serving' && endpoint !== undefined)
    return {
      outcome: 'SUCCEEDED',
      detail: `${name} is restored from ${snapshot}, and answers at ${endpoint}`,
    };
  return { ...(state === 'stuck' && { outcome: 'FAILED' }), detail: `${name} is ${status}` };
}

/**
 * How far the restoring of a cluster has come; `undefined` while RDS restores. One of Aurora is without its instance by then,
 * and takes it only while it is `available`: neither while it is backed up, nor while it is changed or upgraded.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status
 */
export function clusterCopyOutcome(
  name: string,
  copy: ClusterCopy | undefined,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  if (copy === undefined) return { outcome: 'FAILED', detail: `there is no cluster ${name}` };
  const { status, snapshot = 'a snapshot' } = copy;
  if (copy.isMultiAz) return copyOutcome(`cluster ${name}`, copy);
  if (status === 'available')
    return {
      outcome: 'SUCCEEDED',
      detail: `cluster ${name} is restored from ${snapshot}; its instance is next`,
    };
  return {
    ...(readiness(status) === 'stuck' && { outcome: 'FAILED' }),
    detail: `cluster ${name} is ${status}`,
  };
}

/** How far the instance of a restored cluster has come; `undefined` while RDS makes it. */
export function copyInstanceOutcome(
  name: string,
  instance: DatabaseCopy | undefined,
  cluster: ClusterCopy | undefined,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  if (instance === undefined) return { outcome: 'FAILED', detail: `there is no instance ${name}` };
  const state = readiness(instance.status);
  if (state !== 'serving' || cluster?.endpoint === undefined)
    return {
      ...(state === 'stuck' && { outcome: 'FAILED' }),
      detail: `instance ${name} is ${instance.status}`,
    };
  const { snapshot = 'a snapshot', endpoint } = cluster;
  return { outcome: 'SUCCEEDED', detail: `cluster ${name}, of ${snapshot}, answers at ${endpoint}` };
}
