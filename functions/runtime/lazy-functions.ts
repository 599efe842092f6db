import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first invocation: most configurations name no function of the user's. */
export const lazyFunctions: PortBuilder<'functions'> = () =>
  lazyPort(async () => (await import('./user-functions.ts')).userFunctions);
