import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { callInitScript, installInitScript, pidFile } from '../../../process-hosts/init-script.ts';
import { createProcessHost, type ProcessHost } from '../../../process-hosts/process-host.ts';

const SERVICES = `${import.meta.dirname}/services`;

/** The nominal memory of a host; the service is measured against it. */
export const HOST_MEMORY_MEGABYTES = 300;

/** A process host that runs the service of a component, which has its name. */
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
  readonly sessions: ProcessService;
}

const SITE_ROOT = 'site';
const GOOD_LEDGER = '{"accounts": ["alice", "bob"]}\n';

/** Creates the hosts, with their services running and healthy. @throws Error if one does not start */
export async function startProcessServices(directory: string): Promise<ProcessServices> {
  const [orders, web, payments, docs, sessions] = await allOf([
    startHost(directory, 'orders', 1, 'orders.ts', 'spool'),
    startHost(directory, 'web', 2, 'shop.ts', 'site.conf', writeSite),
    startHost(directory, 'payments', 3, 'payments.ts', 'ledger.json', (host) =>
      writeFile(join(host.directory, 'ledger.json'), GOOD_LEDGER),
    ),
    startHost(directory, 'docs', 4, 'shop.ts', 'site.conf', writeSite),
    startHost(directory, 'sessions', 7, 'sessions.ts', 'session', (host) =>
      writeFile(join(host.directory, 'session'), ''),
    ),
  ]);
  return { orders, web, payments, docs, sessions };
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

async function writeSite(host: ProcessHost): Promise<void> {
  await mkdir(join(host.directory, SITE_ROOT));
  await writeFile(join(host.directory, SITE_ROOT, 'index.html'), '<h1>Shop</h1>\n');
  await writeFile(join(host.directory, 'site.conf'), siteConfiguration(host, SITE_ROOT));
}

function siteConfiguration({ directory }: ProcessHost, root: string): string {
  return `root ${join(directory, root)}\n`;
}

/**
 * Creates a host and starts a program of `services/` on it, with a port and a file as arguments.
 *
 * @param prepare creates what the program needs
 * @throws Error if it does not start
 */
export async function startHost(
  hostsDirectory: string,
  component: string,
  number: number,
  program: string,
  file: string,
  prepare: (host: ProcessHost) => Promise<unknown> = async () => {},
): Promise<ProcessService> {
  const host = await createNumberedHost(hostsDirectory, component, number);
  await prepare(host);
  const [port, path] = [await freePort(), join(host.directory, file)];
  installInitScript(host, { name: component, command: servingProgram(program, port, path) });
  await callInitScript(host, component, 'start');
  return asService(host, component, port, path);
}

/** A host without services. @param number tells it from the others */
export async function createNumberedHost(
  hostsDirectory: string,
  component: string,
  number: number,
): Promise<ProcessHost> {
  return await createProcessHost(hostsDirectory, {
    name: `${component}-1`,
    instanceId: `i-0000000000000000${number}`,
    tags: { 'selfheal:managed': 'true' },
  });
}

/** The command of a program of `services/`. */
export function servingProgram(
  program: string,
  port: number,
  ...args: readonly string[]
): [string, ...string[]] {
  return [process.execPath, join(SERVICES, program), String(port), ...args];
}

/** A host as the demo uses it. @param port on which it answers requests */
export function asService(host: ProcessHost, component: string, port: number, path: string): ProcessService {
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
export async function allOf<Values extends readonly unknown[]>(
  promises: readonly [...{ [Index in keyof Values]: Promise<Values[Index]> }],
): Promise<Values> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as Values;
}

/** A port of the loopback interface that nothing uses. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
