import type { Notifier } from '../../ports/announcers.ts';
import type { HeldBackStore } from '../../ports/held-back-store.ts';

/**
 * Records that a component recovered by itself, and withdraws its open proposal. People are notified before it ends:
 * better twice than not at all.
 */
export async function noteRecovery(
  deps: { readonly store: Pick<HeldBackStore, 'noteRecovery' | 'endProposal'>; readonly notifier: Notifier },
  component: string,
  atMs: number,
): Promise<void> {
  const open = await deps.store.noteRecovery(component, atMs);
  if (!open) return;
  const { withdrawnNotification } = await import('../approvals/proposal-notifications.ts');
  await deps.notifier.notify(withdrawnNotification(open));
  await deps.store.endProposal(open, { kind: 'WITHDRAWN', atMs });
}
