import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first call: most configurations have no component behind an alias. */
export const lazyAliases: PortBuilder<'aliases'> = () =>
  lazyPort(async () => (await import('./lambda-aliases.ts')).lambdaAliases);
