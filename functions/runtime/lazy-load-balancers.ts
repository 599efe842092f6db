import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Elastic Load Balancing is loaded with the first call: few strategies change a load balancer. */
export const lazyLoadBalancers: PortBuilder<'loadBalancers'> = () =>
  lazyPort(async () => (await import('./load-balancers.ts')).loadBalancers);
