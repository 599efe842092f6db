import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Receives everything that the server prints. */
  readonly logPath: string;
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinSeconds: number;
}

export interface ServerProcess {
  readonly pid: number;
  /** Ends the server and everything that it has started, and waits for that. A second call does nothing. */
  readonly stop: () => Promise<void>;
}

const READY_POLL_MS = 50;
const STOP_POLL_MS = 20;
const GRACE_MS = 5_000;
const KILL_MS = 1_000;

/** How a server says that something else has its port. */
const PORT_TAKEN = /address already in use|EADDRINUSE|is already in use/i;
const MOST_TRIES = 3;

/**
 * Starts a server on ports that are free. Between the look and its start something else may take one: then it is tried
 * on others.
 *
 * @throws Error as `startServer` does
 */
export async function startOnFreePorts(
  count: number,
  serverOn: (ports: readonly number[]) => ServerCommand,
): Promise<ServerProcess & { readonly ports: readonly number[] }> {
  for (let tries = 1; ; tries += 1) {
    const ports = await freePorts(count);
    try {
      return { ...(await startServer(serverOn(ports))), ports };
    } catch (error) {
      if (tries === MOST_TRIES || !(error instanceof Error && PORT_TAKEN.test(error.message))) throw error;
    }
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let index = 0; index < count; index += 1) ports.push(await freePort());
  return ports;
}

/** A free port on 127.0.0.1. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address === 'string' || address === null) throw new Error('there is no free port on 127.0.0.1');
  return address.port;
}

/**
 * Starts a server in a process group of its own and waits until it is ready. The group ends with `stop`, or at the
 * latest when this process exits.
 *
 * @throws Error with the end of the log if the server ends or isn't ready in time
 */
async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const log = openSync(server.logPath, 'a');
  const child = spawn(server.command, server.args, {
    cwd: server.cwd,
    env: server.env as NodeJS.ProcessEnv,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const { pid } = child;
  const killNow = () => pid !== undefined && signalGroup(pid, 'SIGKILL');
  process.once('exit', killNow);

  async function stop(): Promise<void> {
    process.off('exit', killNow);
    if (pid === undefined || !signalGroup(pid, 'SIGTERM')) return;
    if (await hasGone(pid, GRACE_MS)) return;
    signalGroup(pid, 'SIGKILL');
    // Without an init that reaps orphans, dead ones stay in the group forever: they are not waited for.
    await hasGone(pid, KILL_MS);
  }

  const deadline = Date.now() + server.readyWithinSeconds * 1_000;
  const hasEnded = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  // If another server has its port, that one may say that it is ready.
  while (hasEnded() || !(await server.isReady())) {
    if (hasEnded() || Date.now() > deadline) {
      const problem = hasEnded() ? 'ended' : `was not ready within ${server.readyWithinSeconds} s`;
      await stop();
      throw new Error(`${server.name} ${problem}:\n${await tailOf(server.logPath)}`, { cause: failure });
    }
    await sleep(READY_POLL_MS);
  }
  if (pid === undefined) throw new Error(`${server.name} has no process id`, { cause: failure });
  return { pid, stop };
}

/** `false` if the group is gone. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function hasGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (signalGroup(pid, 0)) {
    if (Date.now() > deadline) return false;
    await sleep(STOP_POLL_MS);
  }
  return true;
}

async function tailOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-4_000);
}
