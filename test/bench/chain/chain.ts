import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority, type Identity } from './identity.ts';
import {
  type Address,
  DEPENDS_ON,
  ENCRYPTED,
  type InnerFault,
  perService,
  type Rollout,
  SERVICES,
  type Service,
  type ServiceOptions,
} from './landscape.ts';
import { createLink, type Link } from './link.ts';
import type { Heartbeat, PeopleOptions } from './people-process.ts';
import type { PeriodFigures } from './period-meter.ts';

/** What was measured of one service, by number of the period. */
export interface Measured {
  readonly figures: ReadonlyMap<number, PeriodFigures>;
  /** How it answered the heartbeat of that period. */
  readonly heartbeats: ReadonlyMap<number, Pick<Heartbeat, 'isAnswered' | 'missedFor'>>;
}

export type Recording = Readonly<Record<Service, Measured>>;

/** The processes of a shop on this machine, people who use it, and what is measured of them. */
export interface Chain {
  readonly periodMs: number;
  readonly recording: Recording;
  readonly dataDirectory: string;
  /** The period that has begun. */
  readonly period: () => number;
  /** Waits for this many periods. */
  readonly wait: (periods: number) => Promise<void>;
  /** How many people use the shop from now on. */
  readonly setPeople: (people: number) => void;
  readonly pid: (service: Service) => number;
  readonly fault: (service: Service, fault: InnerFault) => void;
  readonly rollOut: (service: Service, options: Rollout['options']) => void;
  /** An identity that is valid until then, for what is called over TLS. */
  readonly identityUntil: (untilMs: number) => Identity;
  /** Stops a service and starts it again as it was at first. */
  readonly restart: (service: Service) => Promise<void>;
  /** The network between two of them. */
  readonly link: Link;
  readonly stop: () => Promise<void>;
}

/** How much the heap of a process may grow. */
export const HEAP_MB = 160;
/** How many files and connections a process may have open. */
const DESCRIPTORS = 320;
const DAY_MS = 86_400_000;
/** How large the disk of the database is. */
const DISK_MB = 24;

export async function startChain(periodMs: number, people: number): Promise<Chain> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'selfheal-chain-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'chain', dataDirectory]);
  const processes = new Map<Service, ChildProcess>();
  const authority = createAuthority();
  const identity = authority.issue(Date.now() + DAY_MS);
  const clear = () => {
    for (const child of processes.values()) child.kill('SIGKILL');
    authority.close();
    if (mounted.status === 0) spawnSync('umount', ['-l', dataDirectory]);
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  process.once('exit', clear);
  const free = await Promise.all(SERVICES.map(freePort));
  const ports = perService((service) => free[SERVICES.indexOf(service)] ?? 0);
  const addresses = perService(
    (service): Address => ({
      port: ports[service],
      ...(service === ENCRYPTED && { authority: authority.certificate }),
    }),
  );
  const recording = perService(() => ({
    figures: new Map<number, PeriodFigures>(),
    heartbeats: new Map<number, Pick<Heartbeat, 'isAnswered' | 'missedFor'>>(),
  }));
  const link = await createLink(ports.database);

  const start = async (service: Service) => {
    const own = Object.fromEntries(DEPENDS_ON[service].map((callee) => [callee, addresses[callee]]));
    // Orders reaches the database over a network that can be disturbed.
    if (service === 'orders') own['database'] = { port: link.port };
    const options: ServiceOptions = {
      ...{ service, port: ports[service], addresses: own, periodMs, dataDirectory },
      ...(service === ENCRYPTED && { identity }),
    };
    const child = fork(join(import.meta.dirname, 'service-process.ts'), [JSON.stringify(options)], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: true,
    });
    processes.set(service, child);
    spawnSync('prlimit', ['--pid', String(child.pid), `--nofile=${DESCRIPTORS}`]);
    precede(child);
    await once(child, 'message');
    child.on('message', (figures: PeriodFigures) => recording[service].figures.set(figures.period, figures));
  };
  const end = async (service: Service) => {
    const child = processes.get(service);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await Promise.all(SERVICES.map((service) => start(service)));
  const crowd = fork(
    join(import.meta.dirname, 'people-process.ts'),
    [JSON.stringify({ addresses, periodMs, people } satisfies PeopleOptions)],
    { detached: true },
  );
  precede(crowd);
  crowd.on('message', ({ service, period, ...heartbeat }: Heartbeat) =>
    recording[service].heartbeats.set(period, heartbeat),
  );
  return {
    periodMs,
    recording,
    dataDirectory,
    period: () => Math.floor(Date.now() / periodMs),
    link,
    wait: (periods) => sleep(periods * periodMs),
    setPeople: (many) => crowd.send({ people: many }),
    pid: (service) => processes.get(service)?.pid ?? 0,
    fault: (service, fault) => processes.get(service)?.send(fault),
    identityUntil: authority.issue,
    rollOut: (service, options) => processes.get(service)?.send({ options } satisfies Rollout),
    restart: async (service) => {
      await end(service);
      await start(service);
    },
    stop: async () => {
      crowd.kill('SIGKILL');
      await Promise.all(SERVICES.map(end));
      await link.close();
      process.off('exit', clear);
      clear();
    },
  };
}

const FIRST = -15;

/**
 * Other work on this machine must not look like a fault. Only root may put a process first; where Linux groups processes
 * by session, that is said of the session.
 */
function precede({ pid = 0 }: ChildProcess): void {
  if (process.getuid?.() !== 0) return;
  setPriority(pid, FIRST);
  const group = `/proc/${pid}/autogroup`;
  if (existsSync(group)) writeFileSync(group, String(FIRST));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
