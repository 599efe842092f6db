import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../hosts/image.ts';

/** Name and version of what is installed; also its directory's name in the cache. */
export type InstallName = `${string}-${string}`;

/**
 * The directory of something that is installed once and kept in the cache. It is created under another name and renamed
 * when it is complete, so that an interrupted install leaves nothing half done, and two at once don't collide.
 *
 * @param install fills the directory; its files must not contain their own path
 */
export async function cachedInstall(
  name: InstallName,
  install: (directory: string) => Promise<void>,
): Promise<string> {
  const target = join(cacheDirectory(), name);
  if (existsSync(target)) return target;
  const draft = await mkdtemp(`${target}.`);
  try {
    await install(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** @throws Error with the end of the output if the command can't be run or ends with another code than 0 */
export function runInstaller(command: string, args: readonly string[], cwd?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-4_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (cause) =>
      reject(new Error(`${command} can't be run: ${cause.message}; install it first`, { cause })),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with code ${code}:\n${output}`));
    });
  });
}
