import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { callInitScript, installInitScript, pidFile } from '../../process-hosts/init-script.ts';
import { createProcessHost, type ProcessHost } from '../../process-hosts/process-host.ts';

const SERVICES = `${import.meta.dirname}/services`;

/** What a host of the demo counts as having; the service is measured against it. */
export const HOST_MEMORY_MEGABYTES = 300;

/** A process host that runs one service of the component's name. */
export interface DemoProcessHost extends ProcessHost {
  readonly port: number;
  /** The file or directory that the service is started with: spool, configuration or ledger. */
  readonly path: string;
  readonly pid: () => Promise<number>;
  readonly call: (action: 'start' | 'stop' | 'reload') => Promise<void>;
}

export interface EmbeddedHosts {
  readonly orders: DemoProcessHost;
  readonly web: DemoProcessHost;
  readonly payments: DemoProcessHost;
}

export const SITE_ROOT = 'site';
const GOOD_LEDGER = '{"accounts": ["alice", "bob"]}\n';

/** Creates the hosts, with their services up and in good health. @throws Error if one does not start */
export async function startEmbeddedHosts(directory: string): Promise<EmbeddedHosts> {
  const [orders, web, payments] = await Promise.all([
    startHost(directory, 'orders', 1, 'orders.ts', 'spool'),
    startHost(directory, 'web', 2, 'shop.ts', 'site.conf', async (host) => {
      await mkdir(join(host.directory, SITE_ROOT));
      await writeFile(join(host.directory, SITE_ROOT, 'index.html'), '<h1>Shop</h1>\n');
      await writeFile(join(host.directory, 'site.conf'), siteConfiguration(host, SITE_ROOT));
    }),
    startHost(directory, 'payments', 3, 'payments.ts', 'ledger.json', (host) =>
      writeFile(join(host.directory, 'ledger.json'), GOOD_LEDGER),
    ),
  ]);
  return { orders, web, payments };
}

/** Kills what still runs. */
export async function killServices(hosts: EmbeddedHosts): Promise<void> {
  for (const host of Object.values(hosts) as readonly DemoProcessHost[]) {
    const pid = await host.pid();
    if (pid > 0) kill(pid);
  }
}

/** Kills a process, if it is there. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function siteConfiguration({ directory }: ProcessHost, root: string): string {
  return `root ${join(directory, root)}\n`;
}

async function startHost(
  hostsDirectory: string,
  component: string,
  number: number,
  program: string,
  file: string,
  prepare: (host: ProcessHost) => Promise<unknown> = async () => {},
): Promise<DemoProcessHost> {
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
    path,
    pid: async () => Number(await readFile(pidFile(host, component), 'utf8').catch(() => '0')),
    call: (action) => callInitScript(host, component, action),
  };
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
