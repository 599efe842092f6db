/** What dependencies are discovered from: X-Ray's service graph, and what names the addresses in it. */
export const DISCOVERY_SOURCES = ['xray', 'ecs', 'loadBalancers'] as const;
export type DiscoverySource = (typeof DISCOVERY_SOURCES)[number];
