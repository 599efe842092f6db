import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const recipe = join(import.meta.dirname, 'build-image.sh');

/** Where builds are cached between runs: `$SELFHEAL_CACHE`, else `~/.cache/selfheal`. Absolute path, created. */
export function cacheDirectory(): string {
  const directory = process.env['SELFHEAL_CACHE'] || join(homedir(), '.cache', 'selfheal');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/**
 * The root directory of the Debian image that hosts boot, built on first use (about a minute, needs the network) and
 * kept under the cache by the hash of its recipe. Several processes may ask at once: one builds, the others wait.
 * @param progress receives each line of the build's output.
 * @throws Error with the end of the build's output if the build fails.
 */
export async function ensureImage(progress: (line: string) => void = () => {}): Promise<string> {
  const mirror = process.env['SELFHEAL_DEBIAN_MIRROR'] || 'http://deb.debian.org/debian';
  const key = createHash('sha256').update(readFileSync(recipe)).digest('hex').slice(0, 12);
  const target = join(cacheDirectory(), 'images', `bookworm-${key}`);
  mkdirSync(join(target, '..'), { recursive: true });
  const output = await run('flock', [`${target}.lock`, 'bash', recipe, target, mirror], progress);
  if (output.exitCode !== 0) {
    throw new Error(
      `building the host image ${target} failed (exit code ${output.exitCode}):\n${output.tail}`,
    );
  }
  return target;
}

function run(command: string, args: string[], progress: (line: string) => void) {
  return new Promise<{ exitCode: number | null; tail: string }>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    const take = (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        lines.push(line);
        progress(line);
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, tail: lines.slice(-20).join('\n') }));
  });
}
