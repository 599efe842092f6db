import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Closers } from '../../../cloud/closers.ts';
import { callInitScript, installInitScript, pidFile } from '../../../process-hosts/init-script.ts';
import { type CatalogDatabase, createCatalogDatabase } from './catalog-database.ts';
import type { Postgresql } from './postgresql.ts';
import {
  asService,
  createNumberedHost,
  freePort,
  type ProcessService,
  servingProgram,
  startHost,
} from './process-services.ts';

/** A database, and the gateway that is its only caller. */
export interface Chain {
  readonly catalog: ProcessService;
  readonly database: CatalogDatabase;
  readonly gateway: ProcessService;
}

/**
 * Creates the two hosts, with their services running and healthy, and a backup of the database. On that of the database, an
 * exporter answers requests.
 *
 * @param closers get what stops the server, which leaves nothing in the system's memory then
 * @throws Error if something does not start
 */
export async function startChain(
  hostsDirectory: string,
  postgresql: Postgresql,
  closers: Closers,
): Promise<Chain> {
  const host = await createNumberedHost(hostsDirectory, 'catalog', 5);
  const database = await createCatalogDatabase(host, postgresql);
  installInitScript(host, { name: 'catalog', command: database.server, stopSignal: 'INT' });
  closers.add(() => callInitScript(host, 'catalog', 'stop'));
  await callInitScript(host, 'catalog', 'start');
  await database.fill();
  const port = await freePort();
  const catalog = asService(host, 'catalog', port, database.dataDirectory);
  installInitScript(host, {
    name: 'exporter',
    command: servingProgram('catalog.ts', port, pidFile(host, 'catalog'), ...database.client),
  });
  await callInitScript(host, 'exporter', 'start');
  const gateway = await startHost(hostsDirectory, 'gateway', 6, 'gateway.ts', 'upstream', (each) =>
    writeFile(join(each.directory, 'upstream'), `${catalog.url()}\n`),
  );
  return { catalog, database, gateway };
}
