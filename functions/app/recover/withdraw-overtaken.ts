import { proposalState } from '../../core/admission/proposal.ts';
import type { FleetRecord } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HeldBackStore } from '../../ports/held-back-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { overtakenAtMs } from '../approvals/overtaken.ts';
import { overtakenNotification } from '../approvals/proposal-notifications.ts';
import type { Round } from './round.ts';

export interface WithdrawOvertakenDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<HeldBackStore, 'readHeldBack' | 'endProposal'> &
    Pick<OperationStore, 'readComponents'>;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Withdraws proposals of components that have been repaired without an approval since, so that people decide nothing that
 * is being done, and a new fault can be proposed. A proposal for another fault stays open while it needs an approval. Until
 * it is withdrawn, an approval is refused.
 */
export async function withdrawOvertaken(
  deps: WithdrawOvertakenDeps,
  fleet: FleetRecord,
  components: readonly string[],
  attempt: Round['attempt'],
): Promise<void> {
  const { store, notifier, clock } = deps;
  for (const component of await store.readComponents(components)) {
    const { proposal: open } = component;
    if (!open || open.expiresAtMs <= clock.nowMs()) continue;
    await attempt(`proposal ${open.proposalId}`, async () => {
      const { proposal } = await store.readHeldBack(open.proposalId);
      if (!proposal || proposalState(proposal, clock.nowMs()) !== 'OPEN') return [];
      if ((await overtakenAtMs(deps, proposal, { component, fleet })) === undefined) return [];
      // People are notified before it ends: better twice than not at all.
      await notifier.notify(overtakenNotification(proposal));
      await store.endProposal(proposal, { kind: 'WITHDRAWN', atMs: clock.nowMs() });
      return [`proposal ${open.proposalId} is withdrawn: ${component.component} was repaired without it`];
    });
  }
}
