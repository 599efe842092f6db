import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first monitor that a function answers. */
export const lazyMonitorFunctions: PortBuilder<'monitorFunctions'> = () =>
  lazyPort(async () => (await import('./user-functions.ts')).userFunctions);
