import type { ScalingGroup } from '../core/target/scaling-group.ts';

/**
 * Auto Scaling groups. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface ScalingGroups {
  readonly read: (name: string) => Promise<ScalingGroup>;
  /** Whether an instance refresh of the group is under way, or being rolled back. */
  readonly isRefreshing: (name: string) => Promise<boolean>;
  /**
   * What Auto Scaling says of the last launch in a group that has failed.
   *
   * @param sinceMs epoch milliseconds
   * @returns `undefined` if none has since
   */
  readonly failedLaunch: (name: string, sinceMs: number) => Promise<string | undefined>;
  /** An absolute number: repeating it changes nothing. @throws ServiceUnavailable: also while the group is being scaled */
  readonly setCapacity: (name: string, desired: number) => Promise<void>;
  /**
   * Begins to terminate an instance of a group without lowering its desired capacity, so that another one is launched.
   * Repeating it terminates no other one.
   *
   * @throws ServiceUnavailable: also while the group is being scaled
   */
  readonly terminate: (id: string) => Promise<void>;
}
