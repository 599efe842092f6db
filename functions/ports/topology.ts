import type { BalancedAddress, EcsAddresses, TracedService } from '../core/discovery/traced-service.ts';

/**
 * What AWS knows of calls between services, and of the addresses that they answer under. Reading only.
 *
 * Every method @throws NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface Topology {
  /** X-Ray’s service graph of a time range, of 6 hours at most. Epoch milliseconds. */
  readonly traced: (fromMs: number, toMs: number) => Promise<readonly TracedService[]>;
  /** @param services each as `cluster/service`; those that do not exist are left out */
  readonly ecsAddresses: (services: readonly string[]) => Promise<readonly EcsAddresses[]>;
  /** @param targetGroups ARNs; those that do not exist are left out */
  readonly balancedAddresses: (targetGroups: readonly string[]) => Promise<readonly BalancedAddress[]>;
}
