import type { RegisteredTarget } from '../core/target/registered-target.ts';

/**
 * Target groups of load balancers. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface TargetGroups {
  /** All that the group lists, those that are draining included. @param arn the group’s */
  readonly read: (arn: string) => Promise<readonly RegisteredTarget[]>;
  /** Repeating it changes nothing. */
  readonly register: (arn: string, id: string, ports: readonly number[]) => Promise<void>;
  /** Ends no connection that exists: the load balancer sends no new requests, and waits. Repeating it changes nothing. */
  readonly deregister: (arn: string, id: string, ports: readonly number[]) => Promise<void>;
}
