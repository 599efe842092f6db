import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { callInitScript, installInitScript, pidFile } from '../../../process-hosts/init-script.ts';
import { createProcessHost, type ProcessHost } from '../../../process-hosts/process-host.ts';
import { createCatalogDatabase } from './catalog-database.ts';

const SERVICES = `${import.meta.dirname}/services`;

/** The nominal memory of a host; the service is measured against it. */
export const HOST_MEMORY_MEGABYTES = 300;

/** A process host that runs one service of the component's name. */
export interface ProcessService extends ProcessHost {
  readonly port: number;
  readonly url: (path?: string) => string;
  /** The file or directory that the service is started with: spool, configuration or ledger. */
  readonly path: string;
  readonly pid: () => Promise<number>;
  readonly reload: () => Promise<void>;
}

export interface ProcessServices {
  readonly orders: ProcessService;
  readonly web: ProcessService;
  readonly payments: ProcessService;
  readonly docs: ProcessService;
  readonly catalog: ProcessService;
  readonly gateway: ProcessService;
  readonly sessions: ProcessService;
}

const SITE_ROOT = 'site';
const GOOD_LEDGER = '{"accounts": ["alice", "bob"]}\n';

/** Creates the hosts, with their services running and healthy. @throws Error if one does not start */
export async function startProcessServices(directory: string): Promise<ProcessServices> {
  const [orders, web, payments, docs, [catalog, gateway], sessions] = await allOf([
    startHost(directory, 'orders', 1, 'orders.ts', 'spool'),
    startHost(directory, 'web', 2, 'shop.ts', 'site.conf', writeSite),
    startHost(directory, 'payments', 3, 'payments.ts', 'ledger.json', (host) =>
      writeFile(join(host.directory, 'ledger.json'), GOOD_LEDGER),
    ),
    startHost(directory, 'docs', 4, 'shop.ts', 'site.conf', writeSite),
    startChain(directory),
    startHost(directory, 'sessions', 7, 'sessions.ts', 'session', (host) =>
      writeFile(join(host.directory, 'session'), ''),
    ),
  ]);
  return { orders, web, payments, docs, catalog, gateway, sessions };
}

/** Kills what still runs on hosts in a directory, including hosts that did not start properly. */
export async function killServices(directory: string): Promise<void> {
  for await (const file of glob(join(directory, '*', 'run', '*.pid'))) {
    killProcess(Number(await readFile(file, 'utf8').catch(() => '0')));
  }
}

/** Kills a process, if it exists. */
export function killProcess(pid: number): void {
  // Signalling process 0 would kill this process group.
  if (pid <= 0) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A release whose root does not exist: the server accepts it, and cannot serve it. */
export async function rollOutTypo(web: ProcessService): Promise<void> {
  await writeFile(web.path, siteConfiguration(web, `${SITE_ROOT}e`));
  await web.reload();
}

/** A database, and the gateway through which it is called. */
async function startChain(directory: string): Promise<readonly [ProcessService, ProcessService]> {
  const catalog = await startHost(directory, 'catalog', 5, 'catalog.ts', 'catalog.db', async (host) =>
    createCatalogDatabase(join(host.directory, 'catalog.db')),
  );
  const gateway = await startHost(directory, 'gateway', 6, 'gateway.ts', 'upstream', (host) =>
    writeFile(join(host.directory, 'upstream'), `${catalog.url()}\n`),
  );
  return [catalog, gateway];
}

async function writeSite(host: ProcessHost): Promise<void> {
  await mkdir(join(host.directory, SITE_ROOT));
  await writeFile(join(host.directory, SITE_ROOT, 'index.html'), '<h1>Shop</h1>\n');
  await writeFile(join(host.directory, 'site.conf'), siteConfiguration(host, SITE_ROOT));
}

function siteConfiguration({ directory }: ProcessHost, root: string): string {
  return `root ${join(directory, root)}\n`;
}

async function startHost(
  hostsDirectory: string,
  component: string,
  number: number,
  program: string,
  file: string,
  prepare: (host: ProcessHost) => Promise<unknown> = async () => {},
): Promise<ProcessService> {
  const host = await createProcessHost(hostsDirectory, {
    name: `${component}-1`,
    instanceId: `i-0000000000000000${number}`,
    tags: { 'selfheal:managed': 'true' },
  });
  await prepare(host);
  const [port, path] = [await freePort(), join(host.directory, file)];
  const command = [process.execPath, join(SERVICES, program), String(port), path] as const;
  await installInitScript(host, { name: component, command });
  await callInitScript(host, component, 'start');
  return {
    ...host,
    port,
    url: (path = '/') => `http://127.0.0.1:${port}${path}`,
    path,
    pid: async () => Number(await readFile(pidFile(host, component), 'utf8').catch(() => '0')),
    reload: () => callInitScript(host, component, 'reload'),
  };
}

/** Like `Promise.all`, but waits for all of them before it rejects. */
async function allOf<Values extends readonly unknown[]>(
  promises: readonly [...{ [Index in keyof Values]: Promise<Values[Index]> }],
): Promise<Values> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as Values;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
