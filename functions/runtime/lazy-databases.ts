import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of RDS is loaded with the first call: most configurations have no component that is a database of RDS. */
export const lazyDatabases: PortBuilder<'databases'> = () =>
  lazyPort(async () => (await import('./databases.ts')).databases);
