import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of ECS is loaded with the first call, as that of services is. */
export const lazyTaskDefinitions: PortBuilder<'taskDefinitions'> = () =>
  lazyPort(async () => (await import('./ecs-services.ts')).taskDefinitions);
