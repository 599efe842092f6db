import { proposalState } from '../../core/admission/proposal.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { HeldBackStore } from '../../ports/held-back-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { overtakenAtMs } from '../approvals/overtaken.ts';
import { overtakenNotification } from '../approvals/proposal-notifications.ts';
import { noteDenial } from '../denials.ts';

interface WithdrawOvertakenDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<HeldBackStore, 'readHeldBack' | 'endProposal'> &
    Pick<OperationStore, 'readLimits' | 'noteDenial'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/**
 * Withdraws the proposal of a component that is being repaired without an approval, so that people decide nothing that is
 * being done, and a new fault can be proposed. A proposal for another fault stays open while it needs an approval. If this
 * fails, the repair goes on, and an approval of the proposal is refused.
 */
export async function withdrawOvertaken(deps: WithdrawOvertakenDeps, proposalId: string): Promise<void> {
  const { store, notifier, clock } = deps;
  try {
    const { proposal } = await store.readHeldBack(proposalId);
    if (!proposal || proposalState(proposal, clock.nowMs()) !== 'OPEN') return;
    const { limits } = await store.readLimits(proposal.operation.component, proposalId);
    if ((await overtakenAtMs(deps, proposal, limits)) === undefined) return;
    // People are notified before it ends: better twice than not at all.
    await notifier.notify(overtakenNotification(proposal));
    await store.endProposal(proposal, { kind: 'WITHDRAWN', atMs: clock.nowMs() });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
  }
}
