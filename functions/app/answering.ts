import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import { peersOf } from '../core/verification/observed-components.ts';
import { answeringPeers } from '../core/watchdog/answering-peers.ts';
import type { Clock } from '../ports/clock.ts';
import type { WatchdogStore } from '../ports/watchdog-store.ts';

export interface AnsweringDeps {
  readonly configuration: CompiledConfiguration;
  readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'>;
  readonly clock: Clock;
}

/** What the watchdog knows of a component. */
export interface Answering {
  /** Names of its peers; none while the watchdog is off. */
  readonly peers: readonly string[];
  /** Whether all of them answered in the latest rounds; no record does not count as an answer. */
  readonly allAnswer: boolean;
  /** Whether the watchdog has ever looked at anything. Where it has not been deployed, it never will. */
  readonly hasLooked: boolean;
}

/** Looks up components. The watchdog's records are read once, when the first component is asked for. */
export function createAnswering(deps: AnsweringDeps): (component: string) => Promise<Answering> {
  const { configuration } = deps;
  let reading: ReturnType<typeof readWatchdog> | undefined;
  return async (component) => {
    if (!configuration.watchdog.enabled) return { peers: [], allAnswer: true, hasLooked: false };
    reading ??= readWatchdog(deps);
    const { registered, answering, hasLooked } = await reading;
    const peers = peersOf(configuration, component, registered);
    return { peers, allAnswer: peers.every((peer) => answering.has(peer)), hasLooked };
  };
}

async function readWatchdog({ configuration, watchdog, clock }: AnsweringDeps) {
  const registered = await watchdog.listPeers();
  const records = await watchdog.listShards();
  const answering = answeringPeers(configuration, registered, records, clock.nowMs());
  return { registered, answering, hasLooked: records.length > 0 };
}
