import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = join(import.meta.dirname, '..', '..', 'local', 'demo', 'demo.ts');
const LONGEST_MS = 90_000;

describe.skipIf(process.platform !== 'linux')('the demo, when its reader goes away', () => {
  let directory: string;
  let code: number | null;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-closed-'));
    // Without this, the user of PostgreSQL could not enter it.
    await chmod(directory, 0o755);
    const demo = spawn(process.execPath, [DEMO, '--incident', 'bad-configuration'], {
      env: { ...process.env, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(demo, 'exit');
    let text = '';
    for await (const chunk of demo.stdout.setEncoding('utf8')) {
      text += chunk;
      // Leaving the loop closes the stream.
      if (text.includes('FAULT')) break;
    }
    [code] = (await ended) as [number | null];
  }, LONGEST_MS);

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('ends as if it was interrupted', () => {
    expect(code).toBe(130);
  });

  it('leaves no directory behind', async () => {
    expect(await readdir(directory)).toEqual([]);
  });

  it('leaves no process behind', async () => {
    const commands = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(commands.filter((command) => command.includes(directory))).toEqual([]);
  });
});
