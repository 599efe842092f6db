import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPeerAddresses } from '../../../functions/adapters/http/peer-addresses.ts';
import { createHttpProber } from '../../../functions/adapters/http/peer-prober.ts';
import { createMemoryWatchdogStore } from '../../../functions/adapters/memory/watchdog-store.ts';
import { systemClock } from '../../../functions/adapters/system/clock.ts';
import { createTcpProber } from '../../../functions/adapters/tcp/peer-prober.ts';
import { watchMinute } from '../../../functions/app/watchdog/watch-minute.ts';
import type { WatchdogEvent } from '../../../functions/core/watchdog/announce.ts';
import { watchdogConfiguration } from '../../factories/watchdog-configuration.ts';

const MINUTE_MS = 60_000;
const STEADY_PEERS = 4;
/** Beyond the three looks that the ladder takes. */
const ALLOWANCE_MS = 2_000;

export interface ReactionMeasurement {
  readonly intervalSeconds: number;
  readonly confirmSeconds?: number;
  readonly killToRestartSeconds: number;
  readonly withinTarget: boolean;
}

/** From the kill of a server's process to the signal that asks for its restart, by the clock on the wall. */
export async function measureReaction(
  { intervalSeconds, confirmSeconds }: Pick<ReactionMeasurement, 'intervalSeconds' | 'confirmSeconds'>,
  progress: (line: string) => void,
): Promise<ReactionMeasurement> {
  const confirming = confirmSeconds === undefined ? {} : { confirmSeconds };
  const looks = confirmSeconds === undefined ? '' : `, confirmed after ${confirmSeconds} s`;
  progress(`watchdog: kill to restart, a heartbeat every ${intervalSeconds} s${looks}`);
  const [steady, victim] = [startServer(), startServer()];
  const ports = await Promise.all([steady, victim].map(portOf));
  const configuration = watchdogConfiguration({
    components: {
      victim: { health: { url: `http://127.0.0.1:${ports[1]}/ok` } },
      ...Object.fromEntries(
        Array.from({ length: STEADY_PEERS }, (_, index) => [
          `steady-${index}`,
          { health: { url: `http://127.0.1.${index + 1}:${ports[0]}/ok` } },
        ]),
      ),
    },
    watchdog: { intervalSeconds, ...confirming, allowedAddresses: ['127.0.0.0/8'] },
  });
  const addresses = createPeerAddresses(configuration.watchdog);
  const rounds = Promise.withResolvers<void>();
  const restart = Promise.withResolvers<number>();
  const deps = {
    configuration,
    watchdog: createMemoryWatchdogStore(),
    http: createHttpProber({ addresses }),
    tcp: createTcpProber(addresses),
    runbooks: { resolveTargets: async () => [] },
    clock: systemClock,
    watchdogMetrics: { roundEnded: () => rounds.resolve() },
    watchdogEvents: {
      publish: async (events: readonly WatchdogEvent[]) => {
        if (events.some(({ detail }) => detail['suggestedAction'] === 'restart')) restart.resolve(Date.now());
      },
    },
  };
  const watching = watchEveryMinute(() => watchMinute(deps, { shard: 0 }), restart.promise);
  try {
    await rounds.promise;
    await sleep(intervalSeconds * 100);
    victim.kill('SIGKILL');
    const killedAtMs = Date.now();
    const tookMs = (await restart.promise) - killedAtMs;
    const longestSeconds = intervalSeconds + 2 * (confirmSeconds ?? intervalSeconds);
    const withinTarget = tookMs <= longestSeconds * 1_000 + ALLOWANCE_MS;
    return { intervalSeconds, ...confirming, killToRestartSeconds: tookMs / 1_000, withinTarget };
  } finally {
    restart.resolve(0);
    for (const server of [steady, victim]) server.stdin?.end();
    await watching;
  }
}

/** As the schedule does it. Whatever is left of the last minute is waited for. */
async function watchEveryMinute(minute: () => Promise<unknown>, end: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = end.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await minute();
    await Promise.race([sleep(MINUTE_MS - (Date.now() % MINUTE_MS)), over]);
  }
}

function startServer(): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'peer-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the server’s output is not a pipe');
  const [port] = await once(stdout, 'data');
  return Number(port);
}
