import type { Notifier } from '../ports/announcers.ts';
import type { HeldBackStore } from '../ports/held-back-store.ts';

/** Notes that a component recovered without being healed; people need not decide about its proposal any more. */
export async function noteRecovery(
  deps: { readonly store: Pick<HeldBackStore, 'noteRecovery'>; readonly notifier: Notifier },
  component: string,
  atMs: number,
): Promise<void> {
  const withdrawn = await deps.store.noteRecovery(component, atMs);
  if (!withdrawn) return;
  const { withdrawnNotification } = await import('./proposal-notifications.ts');
  await deps.notifier.notify(withdrawnNotification(withdrawn));
}
