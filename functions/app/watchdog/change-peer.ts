import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { objectionTo, type PeerChange } from '../../core/watchdog/peer-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';

export interface ChangePeerDeps {
  readonly configuration: CompiledConfiguration;
  readonly watchdog: Pick<WatchdogStore, 'registerPeer' | 'removePeer'>;
  readonly clock: Clock;
}

export type ChangedPeer =
  | { readonly outcome: 'registered' | 'removed'; readonly name: string }
  | { readonly outcome: 'refused'; readonly name: string; readonly reason: string };

/**
 * Registers a peer at run time, or removes one; the round of the next minute knows of it. Safe to repeat.
 *
 * @throws StoreUnavailable
 */
export async function changePeer(deps: ChangePeerDeps, change: PeerChange): Promise<ChangedPeer> {
  const { name } = change;
  const reason = objectionTo(change, deps.configuration);
  if (reason !== undefined) return { outcome: 'refused', name, reason };
  if (change.command === 'remove') {
    await deps.watchdog.removePeer(name);
    return { outcome: 'removed', name };
  }
  await deps.watchdog.registerPeer({ name, definition: change.peer, registeredAtMs: deps.clock.nowMs() });
  return { outcome: 'registered', name };
}
