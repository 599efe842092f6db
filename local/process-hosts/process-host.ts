import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A host that is a directory and processes of the current user; its services have scripts, as with SysV init. */
export interface ProcessHost {
  readonly name: string;
  readonly instanceId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Contains everything of the host. An absolute path without links. */
  readonly directory: string;
  /** The directory of its services' scripts, like `/etc/init.d`. */
  readonly initDirectory: string;
  /** What runbooks keep on this host: the ledger, fences, saved configurations. */
  readonly stateDirectory: string;
  /** The environment of everything that runs on the host. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A new directory for hosts; `remove` deletes it with all its content. */
export async function createHostsDirectory(): Promise<{
  readonly path: string;
  readonly remove: () => Promise<void>;
}> {
  // Runbooks refuse paths through links, and on some systems /tmp is one.
  const path = await realpath(await mkdtemp(join(tmpdir(), 'selfheal-hosts-')));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** @param hostsDirectory where the host gets a directory of its name */
export async function createProcessHost(
  hostsDirectory: string,
  { name, instanceId, tags }: Pick<ProcessHost, 'name' | 'instanceId' | 'tags'>,
): Promise<ProcessHost> {
  const directory = join(hostsDirectory, name);
  const [initDirectory, stateDirectory] = [join(directory, 'init.d'), join(directory, 'state')];
  for (const path of [initDirectory, stateDirectory, join(directory, 'run')])
    await mkdir(path, { recursive: true, mode: 0o700 });
  const environment = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    SELFHEAL_INIT_DIRECTORY: initDirectory,
    SELFHEAL_STATE_DIRECTORY: stateDirectory,
  };
  return { name, instanceId, tags, directory, initDirectory, stateDirectory, environment };
}
