/** What can be begun on databases, and goes on by itself. */
export const DATABASE_CHANGES = [
  'reboot',
  'failover',
  'cluster-failover',
  'writer-move',
  'snapshot',
  'cluster-snapshot',
  'class',
  'copy',
  'cluster-copy',
  'copy-instance',
  'storage',
] as const;
export type DatabaseChange = (typeof DATABASE_CHANGES)[number];

/** Something that was begun on a database. RDS gives it no id, so that its end is seen by the database alone. */
export interface DatabaseReference {
  readonly change: DatabaseChange;
  /** When it was requested, or RDS had accepted it, epoch milliseconds. */
  readonly sinceMs: number;
  /** Identifier of the instance or cluster. */
  readonly id: string;
  /**
   * The zone, or the member, to which it fails over; for a `writer-move`, the member that it moves the writer away from; the
   * name of the snapshot or the copy; the class, or GiB. @default it only reboots
   */
  readonly to?: string;
  /** For a failover that RDS's events tell of, its last report of one before it, epoch milliseconds. @default none is known */
  readonly afterMs?: number;
}

const PREFIX = 'rds';

/** No name of a cluster of ECS or of RDS has a colon, so references to other things cannot be confused with these. */
export function databaseReferenceId({ change, sinceMs, id, to = '', afterMs }: DatabaseReference): string {
  return [PREFIX, change, sinceMs, id, to, ...(afterMs === undefined ? [] : [afterMs])].join(':');
}

/** @returns `undefined` for a reference to something else */
export function parseDatabaseReference(reference: string): DatabaseReference | undefined {
  const [prefix, name, sinceMs, id, to, afterMs] = reference.split(':');
  const change = DATABASE_CHANGES.find((one) => one === name);
  if (prefix !== PREFIX || change === undefined || id === undefined) return undefined;
  return {
    ...{ change, sinceMs: Number(sinceMs), id },
    ...(to && { to }),
    ...(afterMs !== undefined && { afterMs: Number(afterMs) }),
  };
}

/** For people: `failover of orders to us-east-1b`. */
export function describeDatabaseReference({ change, id, to }: DatabaseReference): string {
  if (change === 'reboot') return `reboot of ${id}`;
  if (change === 'copy-instance') return `instance for the copy of ${id}`;
  if (change === 'copy' || change === 'cluster-copy') return `copy of ${id}`;
  if (change === 'class') return `change of ${id} to ${to}`;
  if (change === 'writer-move') return `failover of ${id} away from ${to}`;
  if (change === 'storage') return `change of ${id} to ${to} GiB`;
  return change.endsWith('snapshot') ? `snapshot of ${id}` : `failover of ${id} to ${to}`;
}
