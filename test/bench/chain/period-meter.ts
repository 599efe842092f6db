import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What one process measured of itself within a period. */
export interface PeriodFigures {
  /** Number of the period since the epoch. */
  readonly period: number;
  /** Requests that came. */
  readonly arrivals: number;
  /** Requests that ended. */
  readonly requests: number;
  readonly failures: number;
  readonly throttled: number;
  /** Of all requests that ended, in milliseconds. */
  readonly latencyMs: number;
  /** Share of the time for which the event loop was busy: a process that waits for a core counts as busy, too. */
  readonly cpu: number;
  readonly memoryMb: number;
  /** Share of its connections that are in use. */
  readonly pool: number;
  /** Share of its disk that is full. */
  readonly disk: number;
  /** Share of the file descriptors that it may have which are open. */
  readonly descriptors: number;
  /** How long ago its certificate expired; negative as long as it is valid. @default it has none */
  readonly expiredForMs?: number;
}

interface Counts {
  arrivals: number;
  requests: number;
  failures: number;
  throttled: number;
  latencyMs: number;
}

export interface Gauges {
  readonly pool: () => number;
  /** A directory on the disk. @default no disk of its own */
  readonly dataDirectory?: string;
  /** In PEM; `undefined` for none. */
  readonly certificate: () => string | undefined;
}

export interface PeriodMeter {
  readonly arrived: () => void;
  readonly ended: (status: number, latencyMs: number) => void;
}

/** Counts the requests of each period, and reports a period when it is over. */
export function createPeriodMeter(
  periodMs: number,
  { pool, dataDirectory, certificate }: Gauges,
  report: (figures: PeriodFigures) => void,
): PeriodMeter {
  let period = Math.floor(Date.now() / periodMs);
  let counts = nothing();
  let loop = performance.eventLoopUtilization();
  const roll = () => {
    const now = Math.floor(Date.now() / periodMs);
    if (now === period) return;
    const since = performance.eventLoopUtilization();
    const { utilization: cpu } = performance.eventLoopUtilization(since, loop);
    loop = since;
    const gauges = {
      cpu,
      memoryMb: residentMb(),
      pool: pool(),
      disk: fullOf(dataDirectory),
      descriptors: openDescriptors(),
      ...expiry(certificate()),
    };
    report({ period, ...counts, ...gauges });
    period = now;
    counts = nothing();
  };
  setInterval(roll, periodMs / 8);
  return {
    arrived: () => {
      roll();
      counts.arrivals += 1;
    },
    ended: (status, latencyMs) => {
      roll();
      counts.requests += 1;
      counts.latencyMs += latencyMs;
      if (status >= 500 || status === 429) counts.failures += 1;
      if (status === 429) counts.throttled += 1;
    },
  };
}

const nothing = (): Counts => ({ arrivals: 0, requests: 0, failures: 0, throttled: 0, latencyMs: 0 });

function fullOf(directory: string | undefined): number {
  if (directory === undefined) return 0;
  const { blocks, bavail } = statfsSync(directory);
  return blocks === 0 ? 0 : 1 - bavail / blocks;
}

const isOutOfDescriptors = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'EMFILE';

let lastMb = 0;
/** What was read last, while there is no descriptor to read it with. */
function residentMb(): number {
  try {
    lastMb = process.memoryUsage.rss() / 1e6;
  } catch (error) {
    if (!isOutOfDescriptors(error)) throw error;
  }
  return lastMb;
}

/** Where there is no /proc, none is known to be open. */
function openDescriptors(): number {
  if (!existsSync('/proc/self/fd')) return 0;
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return readdirSync('/proc/self/fd').length / Number(limit ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    // None is left to look with.
    if (isOutOfDescriptors(error)) return 1;
    throw error;
  }
}

function expiry(certificate: string | undefined): Pick<PeriodFigures, 'expiredForMs'> {
  if (certificate === undefined) return {};
  return { expiredForMs: Date.now() - new X509Certificate(certificate).validToDate.getTime() };
}
