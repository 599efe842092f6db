import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProbeOutcome, ProbeTask } from './probe-worker.ts';

/** What a Lambda function may open at once. */
const OPEN_FILES = 1_024;
/** The heap that Node takes of 512 MB. */
const HEAP_MIB = 400;
const TIMEOUT_MS = 300_000;

/** Kinds of peers, as shares of all. */
const MIXES = {
  'all well': { ok: 1 },
  'a tenth hangs': { ok: 0.9, hang: 0.1 },
  'some of each': { ok: 0.8, slow: 0.1, refuse: 0.05, hang: 0.05 },
} as const;

export interface ProbeMeasurement {
  readonly peers: number;
  readonly mix: string;
  /** Of each round: the first meets every peer for the first time, the second checks those that hung last. */
  readonly roundSeconds: readonly number[];
  readonly misses: number;
  readonly slowestAnswerMs: number;
  readonly maxResidentMiB: number;
  readonly mostOpenFiles: number;
}

/** Rounds against real servers on this machine, each in a process that may use what a function of 512 MB may. */
export async function measureProbing(
  sizes: readonly number[],
  progress: (line: string) => void,
): Promise<readonly ProbeMeasurement[]> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'peer-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(server.stdout, 'data');
    const measured: ProbeMeasurement[] = [];
    for (const [mix, shares] of Object.entries(MIXES)) {
      for (const peers of sizes) {
        progress(`watchdog: ${peers} peers, ${mix}`);
        const counts = Object.entries(shares).map(([kind, share]) => [kind, Math.round(peers * share)]);
        const task: ProbeTask = { port: Number(port), peers: Object.fromEntries(counts), rounds: 2 };
        const { rounds, ...facts } = await runWorker(task);
        const roundSeconds = rounds.map(({ durationMs }) => durationMs / 1_000);
        measured.push({ peers, mix, roundSeconds, misses: rounds.at(-1)?.misses ?? 0, ...facts });
      }
    }
    return measured;
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
}

async function runWorker(task: ProbeTask): Promise<ProbeOutcome> {
  const worker = join(import.meta.dirname, 'probe-worker.ts');
  const limited = `ulimit -n ${OPEN_FILES} && exec "$0" --max-old-space-size=${HEAP_MIB} "$1" "$2"`;
  const command = ['-c', limited, process.execPath, worker, JSON.stringify(task)];
  const { stdout } = await promisify(execFile)('sh', command, { timeout: TIMEOUT_MS });
  return JSON.parse(stdout);
}
