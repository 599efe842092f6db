import type { Databases } from '../ports/databases.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of RDS is loaded with the first call: most configurations have no component that is a database of RDS. */
export const seldomDatabases: PortBuilder<'databases'> = () => ({
  readInstance: async (...asked) => await (await loaded()).readInstance(...asked),
  readCluster: async (...asked) => await (await loaded()).readCluster(...asked),
  reboot: async (...asked) => await (await loaded()).reboot(...asked),
  failOver: async (...asked) => await (await loaded()).failOver(...asked),
  readSnapshot: async (...asked) => await (await loaded()).readSnapshot(...asked),
  takeSnapshot: async (...asked) => await (await loaded()).takeSnapshot(...asked),
  deleteSnapshot: async (...asked) => await (await loaded()).deleteSnapshot(...asked),
});

async function loaded(): Promise<Databases> {
  const { databases } = await import('./databases.ts');
  return databases;
}
