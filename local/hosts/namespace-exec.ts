import { spawn } from 'node:child_process';

/** The outcome of a script on a host. `exitCode` is null if it was killed; `timedOut` is true if we killed it. */
export interface ExecResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface ExecOptions {
  /** Fed to the script's standard input. @default the input is empty */
  input?: string | Uint8Array;
  /** After this long the script's whole process group is killed. @default it may run for ever */
  timeoutSeconds?: number;
  /** Aborting kills the script's whole process group. @default it cannot be aborted */
  signal?: AbortSignal;
}

/** Path, home and locale of a script on a host, like those that the SSM agent sets. */
const environment = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
];

/**
 * Runs `argv` in all namespaces of the process `leader` (a host's init), as root, in a process group of its own. Never
 * rejects because of the command's outcome; rejects if `nsenter` cannot be started.
 */
export function execInNamespaces(
  leader: number,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const args = ['-t', String(leader), '-a', '--', 'env', '-i', ...environment, ...argv];
    // A process group is led from outside the host's pid namespace, so that all of it can be killed from here.
    const child = spawn('nsenter', args, { detached: true, cwd: '/' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    const timer =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, options.timeoutSeconds * 1000);
    if (options.signal?.aborted) kill();
    options.signal?.addEventListener('abort', kill);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => {
      // A script that ends without reading its input closes the pipe; its exit code is what counts.
    });
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        timedOut,
      });
    });
  });
}
