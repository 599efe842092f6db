/**
 * Application Load Balancers. None of its calls has an idempotency token.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface LoadBalancers {
  /** How long a connection may be idle, in seconds. @param arn the load balancer’s */
  readonly idleTimeout: (arn: string) => Promise<number>;
  /** An absolute number: repeating it changes nothing. */
  readonly setIdleTimeout: (arn: string, seconds: number) => Promise<void>;
}
