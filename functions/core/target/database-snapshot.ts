/** What a snapshot is of: RDS keeps those of instances and of clusters apart. */
export type SnapshotOf = 'instance' | 'cluster';

/** A snapshot as RDS describes it. */
export interface DatabaseSnapshot {
  readonly status: string;
  readonly percent: number;
}

/** RDS allows the snapshot of a cluster 63 characters, and that of an instance 255; the rest is operation and step. */
const CLUSTER_NAMED_AFTER = 10;

/** What the names of the snapshots of a database begin with that Selfheal takes. */
export const snapshotPrefix = (of: SnapshotOf, id: string) =>
  `selfheal-${of === 'cluster' ? id.slice(0, CLUSTER_NAMED_AFTER).replace(/-$/, '') : id}-`;

/** The name of the snapshot that a step takes: a letter first, lower-case letters, digits and single hyphens. */
export function snapshotName(of: SnapshotOf, id: string, operationId: string, stepId: string): string {
  return `${snapshotPrefix(of, id)}${operationId}-${stepId}`.toLowerCase();
}

/** Whether a snapshot is complete; `undefined` while RDS copies. */
export function snapshotOutcome(
  name: string,
  found: DatabaseSnapshot | undefined,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  if (found === undefined) return { outcome: 'FAILED', detail: `there is no snapshot ${name}` };
  const { status, percent } = found;
  if (status === 'available') return { outcome: 'SUCCEEDED', detail: `snapshot ${name} is complete` };
  const isUnderWay = status === 'creating' || status === 'copying';
  return {
    ...(!isUnderWay && { outcome: 'FAILED' }),
    detail: `snapshot ${name} is ${status}, ${percent} % of it`,
  };
}
