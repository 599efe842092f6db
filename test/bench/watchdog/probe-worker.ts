import { readdirSync } from 'node:fs';
import { createPeerAddresses } from '../../../functions/adapters/http/peer-addresses.ts';
import { createHttpProber } from '../../../functions/adapters/http/peer-prober.ts';
import { createMemoryWatchdogStore } from '../../../functions/adapters/memory/watchdog-store.ts';
import { systemClock } from '../../../functions/adapters/system/clock.ts';
import { createTcpProber } from '../../../functions/adapters/tcp/peer-prober.ts';
import { watchRound } from '../../../functions/app/watchdog/watch-round.ts';
import type { PeerDefinition } from '../../../functions/core/configuration/schema/peer-schema.ts';
import { allPeers } from '../../../functions/core/watchdog/peer.ts';
import { roundAt } from '../../../functions/core/watchdog/rounds.ts';
import type { RoundFigures } from '../../../functions/ports/watchdog-announcers.ts';
import { watchdogConfiguration } from '../../factories/watchdog-configuration.ts';

/** The worker's input, as JSON in its argument. */
export interface ProbeTask {
  readonly port: number;
  /** By what the peers do: `ok`, `slow`, `hang` or `refuse`. */
  readonly peers: Readonly<Record<string, number>>;
  readonly rounds: number;
}

/** What it prints, as JSON. */
export interface ProbeOutcome {
  readonly rounds: readonly RoundFigures[];
  /** Of the answers of the last round. */
  readonly slowestAnswerMs: number;
  readonly maxResidentMiB: number;
  readonly mostOpenFiles: number;
}

const INTERVAL_MS = 30_000;
const CLOSED_PORT = 1;
const UNKNOWN_TIME = -1;

function definitionsOf({ port, peers }: ProbeTask): readonly (readonly [string, PeerDefinition])[] {
  const kinds = Object.entries(peers).flatMap(([kind, count]) => Array<string>(count).fill(kind));
  return kinds.map((kind, index) => {
    const host = `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
    const url = `http://${host}:${kind === 'refuse' ? CLOSED_PORT : port}/${kind}`;
    return [`peer-${index}-${kind}`, { url, targets: [], enabled: true }];
  });
}

async function work(task: ProbeTask): Promise<ProbeOutcome> {
  const configuration = watchdogConfiguration({ watchdog: { allowedAddresses: ['127.0.0.0/8'] } });
  const registered = definitionsOf(task).map(([name, definition]) => ({
    name,
    definition,
    registeredAtMs: 0,
  }));
  const peers = allPeers(configuration, registered);
  const addresses = createPeerAddresses(configuration.watchdog);
  const store = createMemoryWatchdogStore();
  const rounds: RoundFigures[] = [];
  const deps = {
    configuration,
    watchdog: store,
    http: createHttpProber({ addresses }),
    tcp: createTcpProber(addresses),
    runbooks: { resolveTargets: async () => [] },
    clock: systemClock,
    watchdogEvents: { publish: async () => undefined },
    watchdogMetrics: { roundEnded: (figures: RoundFigures) => rounds.push(figures) },
  };
  let mostOpenFiles = 0;
  const timer = setInterval(() => {
    mostOpenFiles = Math.max(mostOpenFiles, readdirSync('/proc/self/fd').length);
  }, 50);
  const firstMs = roundAt(Date.now(), INTERVAL_MS);
  for (let round = 0; round < task.rounds; round++) {
    const roundAtMs = firstMs + round * INTERVAL_MS;
    await watchRound(deps, { shard: 0, vantagePoint: 'outside', roundAtMs, peers, peersAsOfMs: roundAtMs });
  }
  clearInterval(timer);
  const times = (await store.readShard(0))?.responses.milliseconds ?? [];
  return {
    rounds,
    slowestAnswerMs: times.reduce<number>((slowest, time) => Math.max(slowest, time ?? UNKNOWN_TIME), 0),
    maxResidentMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
    mostOpenFiles,
  };
}

if (import.meta.main) console.log(JSON.stringify(await work(JSON.parse(process.argv[2] ?? '{}'))));
