import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeKind } from '../../../functions/core/change/change-event.ts';
import type { CauseCode } from '../../../functions/core/diagnosis/cause.ts';
import type { Chain } from './chain.ts';
import type { Service } from './landscape.ts';

/** Something that goes wrong, made for real. */
export interface Fault {
  readonly name: string;
  /** The service at fault; several where what is seen does not tell them apart. */
  readonly at: readonly Service[];
  /** @default no rule is for it */
  readonly code?: CauseCode;
  /** Whether taking the service down and starting it again is an answer to it. */
  readonly restartHelps: boolean;
  /** The change that made it, if it was one. */
  readonly change?: { readonly service: Service; readonly kind: ChangeKind };
  /** @returns what ends it again */
  readonly make: (chain: Chain, people: number) => Promise<() => Promise<void>>;
}

const restarting = (service: Service) => (chain: Chain) => () => chain.restart(service);

/** Writes until there is no space left. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(64 * 1_024));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'process killed',
    at: ['payments-a'],
    code: 'HOST_DOWN',
    restartHelps: true,
    make: async (chain) => {
      process.kill(chain.pid('payments-a'), 'SIGKILL');
      return restarting('payments-a')(chain);
    },
  },
  {
    name: 'process hangs',
    at: ['database'],
    code: 'HOST_DOWN',
    restartHelps: true,
    make: async (chain) => {
      process.kill(chain.pid('database'), 'SIGSTOP');
      return restarting('database')(chain);
    },
  },
  {
    name: 'thread runs away',
    at: ['payments-b'],
    code: 'CPU_SATURATED',
    restartHelps: true,
    make: async (chain) => {
      chain.fault('payments-b', 'burn-cpu');
      return restarting('payments-b')(chain);
    },
  },
  {
    name: 'memory leaks',
    at: ['orders'],
    code: 'MEMORY_LEAK',
    restartHelps: true,
    make: async (chain) => {
      chain.fault('orders', 'leak-memory');
      return restarting('orders')(chain);
    },
  },
  {
    name: 'connections leak',
    at: ['payments-a'],
    code: 'POOL_EXHAUSTED',
    restartHelps: true,
    make: async (chain) => {
      chain.fault('payments-a', 'leak-connections');
      return restarting('payments-a')(chain);
    },
  },
  {
    name: 'report holds the lock',
    at: ['database'],
    restartHelps: true,
    make: async (chain) => {
      const report = fork(join(import.meta.dirname, 'lock-process.ts'), [chain.dataDirectory]);
      return async () => {
        report.kill('SIGKILL');
        await once(report, 'exit');
      };
    },
  },
  {
    name: 'bad release',
    at: ['payments-b'],
    code: 'BAD_DEPLOYMENT',
    restartHelps: false,
    change: { service: 'payments-b', kind: 'deployment' },
    make: async (chain) => {
      chain.rollOut('payments-b', { isBadRelease: true });
      return restarting('payments-b')(chain);
    },
  },
  {
    name: 'bad configuration',
    at: ['payments-a'],
    code: 'BAD_CONFIG',
    restartHelps: false,
    change: { service: 'payments-a', kind: 'configuration' },
    make: async (chain) => {
      // Nothing listens there.
      chain.rollOut('payments-a', { addresses: { database: { port: 9 } } });
      return restarting('payments-a')(chain);
    },
  },
  {
    name: 'certificate expired',
    at: ['payments-b'],
    code: 'CERT_EXPIRED',
    restartHelps: false,
    make: async (chain) => {
      chain.rollOut('payments-b', { identity: chain.identityUntil(Date.now() - 1_000) });
      return restarting('payments-b')(chain);
    },
  },
  {
    name: 'descriptors leak',
    at: ['cache'],
    code: 'POOL_EXHAUSTED',
    restartHelps: true,
    make: async (chain) => {
      chain.fault('cache', 'leak-descriptors');
      return restarting('cache')(chain);
    },
  },
  {
    name: 'traffic surge',
    at: ['gateway'],
    code: 'TRAFFIC_SURGE',
    restartHelps: false,
    make: async (chain, people) => {
      chain.setPeople(3.5 * people);
      return async () => chain.setPeople(people);
    },
  },
  {
    name: 'quota too small',
    at: ['payments-a'],
    code: 'THROTTLED',
    restartHelps: false,
    make: async (chain, people) => {
      chain.rollOut('payments-a', { quota: people / 10 });
      return restarting('payments-a')(chain);
    },
  },
  {
    name: 'slow network',
    at: ['orders', 'database'],
    restartHelps: false,
    make: async (chain) => {
      chain.link.disturb(180, 0);
      return async () => chain.link.disturb(0, 0);
    },
  },
  {
    name: 'network loses connections',
    at: ['orders', 'database'],
    restartHelps: false,
    make: async (chain) => {
      chain.link.disturb(0, 0.5);
      return async () => chain.link.disturb(0, 0);
    },
  },
  {
    // The cache is as fast as ever: the database has too much to do.
    name: 'cache forgets',
    at: ['cache', 'database'],
    code: 'TRAFFIC_SURGE',
    restartHelps: false,
    make: async (chain) => {
      chain.fault('cache', 'forget-everything');
      return restarting('cache')(chain);
    },
  },
  {
    name: 'disk full',
    at: ['database'],
    code: 'DISK_FULL',
    restartHelps: false,
    make: async (chain) => {
      const file = join(chain.dataDirectory, 'left-over.log');
      fill(file);
      return async () => rmSync(file);
    },
  },
];

/** Two at once: on different paths, side by side, and one behind the other. */
export const PAIRS: readonly (readonly Fault[])[] = [
  ['process killed', 'descriptors leak'],
  ['connections leak', 'bad release'],
  ['memory leaks', 'disk full'],
].map((names) => FAULTS.filter(({ name }) => names.includes(name)));
