import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of ECS is loaded with the first call: most configurations have no component that is a service of ECS. */
export const lazyServices: PortBuilder<'services'> = () =>
  lazyPort(async () => (await import('./ecs-services.ts')).ecsServices);
