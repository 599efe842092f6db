import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Lambda is loaded with the first call, as that of aliases is. */
export const lazyVersions: PortBuilder<'versions'> = () =>
  lazyPort(async () => (await import('./lambda-aliases.ts')).functionVersions);
