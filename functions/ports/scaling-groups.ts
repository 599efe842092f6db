import type { ScalingGroup } from '../core/target/scaling-group.ts';

/**
 * Auto Scaling groups. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface ScalingGroups {
  readonly read: (name: string) => Promise<ScalingGroup>;
  /** An absolute number: repeating it changes nothing. @throws ServiceUnavailable: also while the group is being scaled */
  readonly setCapacity: (name: string, desired: number) => Promise<void>;
}
