import type { Notifier } from '../ports/announcers.ts';
import type { HeldBackStore } from '../ports/held-back-store.ts';
import { withdrawnNotification } from './proposal-notifications.ts';

/** Notes that a component recovered without being healed; people need not decide about its proposal any more. */
export async function noteRecovery(
  deps: { readonly store: Pick<HeldBackStore, 'noteRecovery'>; readonly notifier: Notifier },
  component: string,
  atMs: number,
): Promise<void> {
  const withdrawn = await deps.store.noteRecovery(component, atMs);
  if (withdrawn) await deps.notifier.notify(withdrawnNotification(withdrawn));
}
