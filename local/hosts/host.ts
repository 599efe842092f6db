import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentChannel, agentChannelProgram, agentUnit, listenForAgent } from './agent-channel.ts';
import { orphanedMachines, removeControlGroups } from './control-groups.ts';
import { ensureImage } from './image.ts';
import { type ExecOptions, type ExecResult, execInNamespaces } from './namespace-exec.ts';
import { createHostLink, type HostLink } from './network.ts';

export interface HostOptions {
  /** Host name, `^[a-z][a-z0-9-]{0,30}$`. */
  name: string;
  /** The id under which the host is a managed node, such as `i-0123456789abcdef0`. */
  instanceId: string;
  /** The tags that selectors by tag match. @default no tags */
  tags?: Record<string, string>;
  /** Size of the host's writable disk; it uses as much memory as is written to it. @default 1024 */
  diskMegabytes?: number;
  /** The nominal memory, of which measured use is a percentage; not enforced. @default 512 */
  memoryMegabytes?: number;
  /** Receives each line that the build of the image prints. @default none */
  progress?: (line: string) => void;
}

/** A running Debian with systemd. Its root directory, processes, network and disk are its own. */
export interface Host {
  readonly name: string;
  readonly instanceId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Where this machine reaches the host, and the address of this machine as the host sees it. */
  readonly ip: string;
  readonly gatewayIp: string;
  readonly diskMegabytes: number;
  readonly memoryMegabytes: number;
  /** Process id, on this machine, of the host's init: enter its namespaces with `nsenter -t <pid> -a`. */
  readonly pid: number;
  /** Runs a bash script as root. Does not reject for a failing script: look at `exitCode`. */
  exec(script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Writes a file, creating its directory; `mode` is octal. @throws Error if the host refuses. */
  writeFile(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /** Whether the agent on the host has reached this machine within the last three seconds. */
  agentConnected(): boolean;
  /** False once the host has ended, for whatever reason. */
  isUp(): boolean;
  /** Ends the host at once, as a power cut would, and removes what it used. Calling it twice is fine. */
  stop(): Promise<void>;
}

const running = new Map<string, number>();
let exitHookSet = false;

/**
 * Boots a host (about two seconds; a minute more when the image has to be built first). Needs root. A host ends with
 * the process that started it, whatever ends that.
 * @throws Error if the image cannot be built, or the host has not booted after 30 seconds.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(options.name)) {
    throw new Error(`host name "${options.name}" must match ^[a-z][a-z0-9-]{0,30}$`);
  }
  const image = await ensureImage(options.progress);
  for (const orphan of orphanedMachines()) {
    removeControlGroups(orphan);
    rmSync(join(tmpdir(), orphan), { recursive: true, force: true });
  }
  const machine = `selfheal-${process.pid}-${options.name}`;
  if (running.has(machine)) throw new Error(`host "${options.name}" is already running; stop it first`);
  const diskMegabytes = options.diskMegabytes ?? 1024;
  const scratch = join(tmpdir(), machine);
  mkdirSync(scratch, { recursive: true });
  const boot = join(import.meta.dirname, 'boot-host.sh');
  const bootArgs = ['-m', 'bash', boot, machine, image, String(diskMegabytes), scratch, options.name];
  const nspawn = spawn('unshare', bootArgs, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  for (const stream of [nspawn.stdout, nspawn.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
  }
  const ended = new Promise<void>((resolve) => nspawn.once('close', () => resolve()));
  const supervisor = nspawn.pid;
  if (supervisor === undefined) throw new Error('unshare could not be started; install util-linux');
  killOnExit();
  running.set(machine, supervisor);
  let channel: AgentChannel | undefined;
  let isStopped = false;
  const isUp = () => !isStopped && nspawn.exitCode === null && nspawn.signalCode === null;
  const stop = async () => {
    isStopped = true;
    channel?.close();
    killHost(supervisor);
    await ended;
    running.delete(machine);
    for (let attempt = 0; attempt < 50 && !removeControlGroups(machine); attempt++) await sleep(20);
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    const pid = await booted(supervisor, () => nspawn.exitCode ?? nspawn.signalCode);
    const link = createHostLink(pid);
    channel = await listenForAgent(link.gatewayIp);
    const host = describeHost(options, pid, link, channel, { isUp, stop });
    await installAgent(host, channel.port);
    return host;
  } catch (error) {
    await stop();
    throw new Error(`host "${options.name}" did not start: ${(error as Error).message}\n${log}`, {
      cause: error,
    });
  }
}

function describeHost(
  options: HostOptions,
  pid: number,
  link: HostLink,
  channel: AgentChannel,
  life: Pick<Host, 'isUp' | 'stop'>,
): Host {
  const exec = (script: string, execOptions?: ExecOptions) =>
    execInNamespaces(pid, ['/bin/bash', '-c', script], execOptions);
  return {
    name: options.name,
    instanceId: options.instanceId,
    tags: options.tags ?? {},
    ip: link.hostIp,
    gatewayIp: link.gatewayIp,
    diskMegabytes: options.diskMegabytes ?? 1024,
    memoryMegabytes: options.memoryMegabytes ?? 512,
    pid,
    exec,
    writeFile: async (path, content, mode = 0o644) => {
      const script = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"';
      const argv = ['/bin/bash', '-c', script, 'write-file', path, mode.toString(8)];
      const result = await execInNamespaces(pid, argv, { input: content });
      if (result.exitCode !== 0)
        throw new Error(`writing ${path} on ${options.name}: ${result.stderr.trim()}`);
    },
    agentConnected: () => channel.connected(),
    ...life,
  };
}

async function installAgent(host: Host, port: number): Promise<void> {
  await host.writeFile('/usr/lib/selfheal-agent-channel.py', agentChannelProgram);
  await host.writeFile('/etc/systemd/system/amazon-ssm-agent.service', agentUnit(host.gatewayIp, port));
  const started = await host.exec(
    'systemctl daemon-reload && systemctl enable --now --quiet amazon-ssm-agent',
  );
  if (started.exitCode !== 0) throw new Error(`the agent did not start: ${started.stderr.trim()}`);
  const deadlineMs = performance.now() + 10_000;
  while (!host.agentConnected()) {
    if (performance.now() > deadlineMs) throw new Error('the agent did not connect within 10 seconds');
    await sleep(50);
  }
}

async function booted(supervisor: number, exit: () => number | string | null): Promise<number> {
  const deadlineMs = performance.now() + 30_000;
  let state = 'not there';
  while (performance.now() < deadlineMs) {
    if (exit() !== null) throw new Error(`systemd-nspawn ended (${exit()})`);
    const leader = initOf(supervisor);
    if (leader !== undefined) {
      const argv = ['systemctl', 'is-system-running', '--wait'];
      const result = await execInNamespaces(leader, argv, { timeoutSeconds: 20 });
      state = result.stdout.trim() || result.stderr.trim();
      if (state === 'running' || state === 'degraded') return leader;
    }
    await sleep(50);
  }
  throw new Error(`systemd is "${state}" after 30 seconds`);
}

function initOf(supervisor: number): number | undefined {
  const children = readOptional(`/proc/${supervisor}/task/${supervisor}/children`).split(' ').filter(Boolean);
  return children.map(Number).find((child) => readOptional(`/proc/${child}/comm`).trim() === 'systemd');
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function killHost(supervisor: number): void {
  for (const pid of [initOf(supervisor), supervisor]) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function killOnExit(): void {
  if (exitHookSet) return;
  exitHookSet = true;
  process.on('exit', () => {
    for (const supervisor of running.values()) killHost(supervisor);
  });
}
