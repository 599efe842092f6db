import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Elastic Load Balancing is loaded with the first call: few components are drained. */
export const lazyTargetGroups: PortBuilder<'targetGroups'> = () =>
  lazyPort(async () => (await import('./target-groups.ts')).targetGroups);
