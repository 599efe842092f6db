import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ScriptResult } from '../ssm/host-runner.ts';

export interface ScriptOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Writes a script to a file and runs it by `sh`, so that its first line chooses the shell, as the SSM agent does. Its
 * whole process group is killed when its time is over, or by the signal.
 */
export async function runScript(file: string, script: string, options: ScriptOptions): Promise<ScriptResult> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Not meanwhile: a process that is begun while the file is open for writing would keep it from being run.
  writeFileSync(file, script, { mode: 0o700 });
  return await new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', '"$0"', file], {
      cwd: dirname(file),
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, to be killed as one.
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8');
      child[stream].on('data', (text: string) => {
        output[stream] += text;
      });
    }
    let timedOut = false;
    const kill = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeoutSeconds * 1_000);
    options.signal?.addEventListener('abort', kill, { once: true });
    if (options.signal?.aborted) kill();
    const over = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
    };
    child.once('error', (error) => {
      over();
      reject(error);
    });
    child.once('close', (exitCode) => {
      over();
      resolve({ exitCode, ...output, timedOut });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
