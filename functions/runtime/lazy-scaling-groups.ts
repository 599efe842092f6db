import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Auto Scaling is loaded with the first call: few strategies act on a group. */
export const lazyScalingGroups: PortBuilder<'scalingGroups'> = () =>
  lazyPort(async () => (await import('./scaling-groups.ts')).scalingGroups);
