import type { Proposal } from '../../core/admission/proposal.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HeldBackStore } from '../../ports/held-back-store.ts';
import { proposalNotification } from './proposal-notifications.ts';

export interface AskPeopleDeps {
  readonly store: Pick<HeldBackStore, 'noteProposalNotified'>;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Asks people about an open proposal, and notes afterwards that they were asked: better twice than not at all.
 *
 * @param strategy what is proposed, if it is still known
 */
export async function askPeople(
  { store, notifier, clock }: AskPeopleDeps,
  proposal: Proposal,
  strategy: Pick<Strategy, 'actions'> | undefined,
): Promise<void> {
  const actions = strategy?.actions.map(({ type }) => type) ?? [];
  await notifier.notify(proposalNotification(proposal, actions));
  await store.noteProposalNotified(proposal.operation.operationId, clock.nowMs());
}
