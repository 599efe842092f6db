import type { DbCluster, DbInstance } from '../core/target/database.ts';
import type { DatabaseSize } from '../core/target/database-size.ts';
import type { DatabaseSnapshot, SnapshotOf } from '../core/target/database-snapshot.ts';
import type { FailoverEvent, FailoverOf } from '../core/target/failover-event.ts';
import type { ClusterCopies } from './cluster-copies.ts';
import type { DatabaseCopies } from './database-copies.ts';

/**
 * Instances and clusters of RDS and Aurora. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface Databases extends DatabaseCopies, ClusterCopies {
  readonly readInstance: (id: string) => Promise<DbInstance>;
  readonly readCluster: (id: string) => Promise<DbCluster>;
  /** What RDS has reported of the failovers of an instance or a cluster in the last minutes, oldest first. */
  readonly listFailovers: (
    of: FailoverOf,
    id: string,
    lastMinutes: number,
  ) => Promise<readonly FailoverEvent[]>;
  /** Repeating it reboots the instance again. @param toStandby whether the standby takes over */
  readonly reboot: (id: string, toStandby: boolean) => Promise<void>;
  /**
   * Begins to make this member the writer.
   *
   * @param toMember `undefined` has RDS choose a reader: repeating it moves the writer again
   */
  readonly failOver: (id: string, toMember: string | undefined) => Promise<void>;
  /**
   * Begins to change the class or the storage of an instance at once, and with it whatever else is pending. Repeating it with
   * the same size changes nothing.
   *
   * @param iops those that its storage has and keeps
   */
  readonly resize: (id: string, size: DatabaseSize, iops?: number) => Promise<void>;
  /** @returns `undefined` if there is none of that name */
  readonly readSnapshot: (of: SnapshotOf, name: string) => Promise<DatabaseSnapshot | undefined>;
  /** Begins to copy a database. Repeating it with the same name changes nothing. */
  readonly takeSnapshot: (of: SnapshotOf, id: string, name: string) => Promise<void>;
  readonly deleteSnapshot: (of: SnapshotOf, name: string) => Promise<void>;
}
