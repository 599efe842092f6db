import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';
import { type DatabaseState, type Instance, type Kind, TAKES_MS } from './database-state.ts';

export interface Copy {
  readonly id: string;
  readonly type: 'automated' | 'manual';
  readonly takenAtMs: number;
  /** Of a cluster. @default the version that the cluster has now */
  readonly engineVersion?: string;
  /** Of an instance, as it was then. @default one that is made without any setting */
  readonly original?: Instance;
  status: string;
}

export type Copies = Readonly<Record<Kind, Map<string, Copy>>>;

const snapshotInput = z.object({ DBSnapshotIdentifier: z.string() });
const clusterSnapshotInput = z.object({ DBClusterSnapshotIdentifier: z.string() });
const instanceInput = z.object({ DBInstanceIdentifier: z.string() });
const listInput = z.object({
  DBSnapshotIdentifier: z.string().optional(),
  DBInstanceIdentifier: z.string().optional(),
});
const listClusterInput = z.object({
  DBClusterSnapshotIdentifier: z.string().optional(),
  DBClusterIdentifier: z.string().optional(),
});
const clusterInput = z.object({ DBClusterIdentifier: z.string() });

/**
 * Statuses in which RDS copies an instance.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
 */
const COPIED_WHILE: ReadonlySet<string> = new Set(['available', 'storage-optimization']);

const NOUNS = { db: 'DBSnapshot', cluster: 'DBClusterSnapshot' } as const;
const OWNERS = { db: 'DBInstanceIdentifier', cluster: 'DBClusterIdentifier' } as const;

/** @throws ApiError if there is a snapshot of that name already */
export function refuseTaken(copies: Copies, kind: Kind, name: string): void {
  if (copies[kind].has(name))
    throw new ApiError(`${NOUNS[kind]}AlreadyExistsFault`, `${NOUNS[kind]} ${name} already exists.`);
}

/** RDS deletes automated snapshots with the instance or the cluster that they were taken of. */
export function deleteAutomated(copies: Copies, kind: Kind, of: string): void {
  for (const [name, { id, type }] of copies[kind])
    if (id === of && type === 'automated') copies[kind].delete(name);
}

/** Snapshots of instances and clusters, which RDS keeps apart. */
export function snapshotOperations(
  { clock, effects, clusters, instanceOf, clusterOf }: DatabaseState,
  copies: Copies,
): Operations {
  const copyOf = (kind: Kind, name: string): Copy => {
    const found = copies[kind].get(name);
    if (found) return found;
    throw new ApiError(`${NOUNS[kind]}NotFoundFault`, `${NOUNS[kind]} ${name} not found.`);
  };
  const answerOf = (kind: Kind, name: string, { id, status, type, takenAtMs, engineVersion }: Copy) => ({
    [`${NOUNS[kind]}Identifier`]: name,
    [OWNERS[kind]]: id,
    Status: status,
    SnapshotType: type,
    SnapshotCreateTime: new Date(takenAtMs),
    ...(kind === 'cluster' && { EngineVersion: engineVersion ?? clusters.get(id)?.engineVersion }),
    PercentProgress: status === 'available' ? 100 : 0,
  });
  const copy = (kind: Kind, id: string, name: string, isReady: boolean, original?: Instance): object => {
    refuseTaken(copies, kind, name);
    if (!isReady)
      throw new ApiError(
        kind === 'db' ? 'InvalidDBInstanceStateFault' : 'InvalidDBClusterStateFault',
        `${id} is not in available state.`,
      );
    const made: Copy = {
      ...{ id, status: 'creating', type: 'manual', takenAtMs: clock.nowMs() },
      ...(original && { original }),
    };
    copies[kind].set(name, made);
    effects.push({ kind: 'copied', id, to: name });
    clock.after(TAKES_MS, () => {
      made.status = 'available';
    });
    return { [NOUNS[kind]]: answerOf(kind, name, made) };
  };
  const remove = (kind: Kind, name: string): object => {
    const found = copyOf(kind, name);
    if (found.status !== 'available')
      throw new ApiError(`Invalid${NOUNS[kind]}StateFault`, `${name} is not in available state.`);
    copies[kind].delete(name);
    effects.push({ kind: 'copy-deleted', id: found.id, to: name });
    return { [NOUNS[kind]]: answerOf(kind, name, { ...found, status: 'deleted' }) };
  };

  return {
    CreateDBSnapshot: (input) => {
      const asked = instanceInput.extend(snapshotInput.shape).parse(input);
      const { DBInstanceIdentifier: id, DBSnapshotIdentifier: name } = asked;
      const instance = instanceOf(id);
      return copy('db', id, name, COPIED_WHILE.has(instance.status), { ...instance });
    },
    CreateDBClusterSnapshot: (input) => {
      const asked = clusterInput.extend(clusterSnapshotInput.shape).parse(input);
      const { DBClusterIdentifier: id, DBClusterSnapshotIdentifier: name } = asked;
      return copy('cluster', id, name, clusterOf(id).status === 'available');
    },
    DescribeDBSnapshots: (input) => {
      const { DBSnapshotIdentifier: name, DBInstanceIdentifier: id } = listInput.parse(input);
      if (name !== undefined) return { DBSnapshots: [answerOf('db', name, copyOf('db', name))] };
      const found = [...copies.db].filter(([, copy]) => copy.id === id);
      return { DBSnapshots: found.map(([snapshot, copy]) => answerOf('db', snapshot, copy)) };
    },
    DescribeDBClusterSnapshots: (input) => {
      const { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: id } = listClusterInput.parse(input);
      if (name !== undefined)
        return { DBClusterSnapshots: [answerOf('cluster', name, copyOf('cluster', name))] };
      const found = [...copies.cluster].filter(([, copy]) => copy.id === id);
      return { DBClusterSnapshots: found.map(([snapshot, copy]) => answerOf('cluster', snapshot, copy)) };
    },
    DeleteDBSnapshot: (input) => remove('db', snapshotInput.parse(input).DBSnapshotIdentifier),
    DeleteDBClusterSnapshot: (input) =>
      remove('cluster', clusterSnapshotInput.parse(input).DBClusterSnapshotIdentifier),
  };
}
