import { execFile } from 'node:child_process';
import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProcessHost } from '../../../process-hosts/process-host.ts';
import { runRunbookByHand } from '../../../process-hosts/run-runbook.ts';
import type { Command, Postgresql } from './postgresql.ts';

const run = promisify(execFile);

const PAGE_BYTES = 8_192;
const DAMAGED_PAGE = 5;
const ITEMS = 4_000;
const START_SECONDS = 20;

/** A cluster of PostgreSQL with a table of some hundred pages, each of which has a checksum. */
export interface CatalogDatabase {
  readonly dataDirectory: string;
  /** Where `backup_db` keeps copies. */
  readonly backupDirectory: string;
  /** What runs the server. */
  readonly server: Command;
  /** Followed by a query, what prints the values that it returns. */
  readonly client: Command;
  /** Fills the table and makes a backup, once the server runs. @throws Error if it does not answer, or has no backup */
  readonly fill: () => Promise<void>;
  /** Overwrites a page of the table on the disk, as a failing disk does. */
  readonly damage: () => Promise<void>;
  /** The checksum of all rows. @throws Error if they cannot be read */
  readonly checksum: () => Promise<string>;
}

/** Initializes a cluster in the directory of a host, which runs it as its service `catalog`. @throws Error if that fails */
export async function createCatalogDatabase(
  host: ProcessHost,
  { program, user, asUser }: Postgresql,
): Promise<CatalogDatabase> {
  const at = (name: string) => join(host.directory, name);
  const [dataDirectory, sockets, backupDirectory] = [at('data'), at('sockets'), at('backups')];
  // Its user has to get there, and need not see what else is there.
  for (const directory of [dirname(host.directory), host.directory]) await chmod(directory, 0o711);
  for (const directory of [dataDirectory, sockets]) {
    await mkdir(directory, { mode: 0o700 });
    await execute(['chown', `${user}:`, directory]);
  }
  const options = ['--data-checksums', '--no-sync', '--locale=C', '--encoding=UTF8'];
  // Nobody but that user and root can reach the socket: it need not ask who they are.
  await execute(asUser([program('initdb'), '--auth=trust', ...options, `--pgdata=${dataDirectory}`]));
  const plain = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1'];
  const where = [`--host=${sockets}`, `--username=${user}`, '--dbname=postgres'];
  const client: Command = [program('psql'), ...plain, ...where, '--command'];
  const sql = (query: string) => execute([...client, query]);

  async function fill(): Promise<void> {
    await untilAnswered(() => sql('SELECT 1'));
    await sql(`CREATE TABLE items (id int PRIMARY KEY, description text);
      INSERT INTO items SELECT n, repeat('item ' || n || ' ', 20) FROM generate_series(1, ${ITEMS}) AS n`);
    // A read would otherwise mark rows as committed, and the page would be written again over the damage.
    await sql('VACUUM (FREEZE, ANALYZE) items');
    await sql('CHECKPOINT');
    const made = await runRunbookByHand(host, 'backup_db', {
      ...{ operationId: 'demo-catalog-backup', stepId: 'manual-0', component: 'catalog' },
      ...{ service: 'catalog.service', engine: 'postgresql', dataDirectory, backupDirectory },
    });
    if (made.exitCode !== 0) throw new Error(`backup_db: ${made.stderr.trim()}`);
  }

  return {
    dataDirectory,
    backupDirectory,
    server: asUser([
      program('postgres'),
      ...['-D', dataDirectory, '-k', sockets, '-c', 'listen_addresses='],
      // Less memory than the table has pages, so that what is on the disk is read each time; and nothing else that writes.
      ...['-c', 'shared_buffers=256kB', '-c', 'max_connections=20', '-c', 'autovacuum=off'],
    ]),
    client,
    fill,
    checksum: () => sql("SELECT md5(string_agg(id || description, ',' ORDER BY id)) FROM items"),
    damage: async () => {
      const path = await sql("SELECT pg_relation_filepath('items')");
      const file = await open(join(dataDirectory, path), 'r+');
      try {
        await file.write(Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, DAMAGED_PAGE * PAGE_BYTES);
      } finally {
        await file.close();
      }
    },
  };
}

/** @returns what a command prints. @throws Error with what it says, if it fails */
async function execute([command, ...args]: Command): Promise<string> {
  return (await run(command, args, { cwd: '/' })).stdout.trim();
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
