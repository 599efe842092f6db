import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import { parsePeerChange } from '../../core/watchdog/peer-event.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';

export interface ChangePeerDeps {
  readonly configuration: CompiledConfiguration;
  readonly watchdog: Pick<WatchdogStore, 'registerPeer' | 'removePeer'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/** A `Selfheal Peer` event. */
export interface PeerEvent {
  readonly source?: string | undefined;
  readonly time?: string | undefined;
  /** The event as its sender wrote it. */
  readonly detail?: unknown;
}

export type ChangedPeer =
  | { readonly outcome: 'registered' | 'removed'; readonly name: string }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Registers a peer at run time, or removes one, from the next minute's round on. Safe to repeat. A refused change has
 * no effect, and the architect is notified, since the bus tells the sender nothing.
 *
 * @throws StoreUnavailable
 */
export async function changePeer(deps: ChangePeerDeps, event: PeerEvent): Promise<ChangedPeer> {
  const parsed = parsePeerChange(event.detail, deps.configuration);
  if ('problem' in parsed) return await refuse(deps, event, parsed.problem);
  const { change } = parsed;
  const { name } = change;
  if (change.command === 'remove') {
    await deps.watchdog.removePeer(name);
    return { outcome: 'removed', name };
  }
  await deps.watchdog.registerPeer({ name, definition: change.peer, registeredAtMs: deps.clock.nowMs() });
  return { outcome: 'registered', name };
}

async function refuse(
  { notifier }: ChangePeerDeps,
  { source, time, detail }: PeerEvent,
  problem: string,
): Promise<ChangedPeer> {
  const reason = shortReason(problem);
  const asked = JSON.stringify(detail) ?? 'no detail';
  await notifier.notify({
    topic: 'architect',
    subject: 'Selfheal: a change of peers had no effect',
    body: {
      kind: 'peer-change-without-effect',
      ...(source !== undefined && { source }),
      time,
      asked: shortReason(asked),
      detail: reason,
    },
  });
  return { outcome: 'refused', reason };
}
