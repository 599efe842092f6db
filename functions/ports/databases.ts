import type { DbCluster, DbInstance } from '../core/target/database.ts';

/**
 * Instances and clusters of RDS and Aurora. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface Databases {
  readonly readInstance: (id: string) => Promise<DbInstance>;
  readonly readCluster: (id: string) => Promise<DbCluster>;
  /** Repeating it reboots the instance again. @param toStandby whether the standby takes over */
  readonly reboot: (id: string, toStandby: boolean) => Promise<void>;
  /** Begins to make this member the writer. */
  readonly failOver: (id: string, toMember: string) => Promise<void>;
}
