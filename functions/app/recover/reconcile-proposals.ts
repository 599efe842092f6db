import { type Proposal, proposalState } from '../../core/admission/proposal.ts';
import type { FleetRecord, Limits } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HeldBackStore } from '../../ports/held-back-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { askPeople } from '../approvals/ask-people.ts';
import { overtakenAtMs } from '../approvals/overtaken.ts';
import { overtakenNotification } from '../approvals/proposal-notifications.ts';
import type { Round } from './round.ts';

/** A new proposal is left to triage for this long, which asks people itself: none of its runs takes longer. */
const TRIAGE_ASKS_WITHIN_MS = 30_000;

export interface ReconcileProposalsDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<HeldBackStore, 'readHeldBack' | 'noteProposalNotified' | 'endProposal'> &
    Pick<OperationStore, 'readComponents' | 'getPlan'>;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Looks after open proposals. People are asked about those that triage stored and stopped before it asked: its signal may
 * have been delivered again, and led to something else. Those whose component has been repaired without an approval since
 * are withdrawn, so that people decide nothing that is being done, and a new fault can be proposed. A proposal for another
 * fault stays open while it needs an approval. Until it is withdrawn, an approval is refused.
 *
 * @returns the components with a proposal that people are still to be asked about: their marks lead the next round here
 */
export async function reconcileProposals(
  deps: ReconcileProposalsDeps,
  fleet: FleetRecord,
  components: readonly string[],
  attempt: Round['attempt'],
): Promise<ReadonlySet<string>> {
  const { store, clock } = deps;
  const unasked = new Set<string>();
  for (const component of await store.readComponents(components)) {
    const { proposal: open } = component;
    if (!open || open.expiresAtMs <= clock.nowMs()) continue;
    unasked.add(component.component);
    await attempt(`proposal ${open.proposalId}`, async () => {
      const { proposal } = await store.readHeldBack(open.proposalId);
      const { isAsked, what } = await settle(deps, proposal, { component, fleet });
      if (isAsked) unasked.delete(component.component);
      return what;
    });
  }
  return unasked;
}

interface Settled {
  /** Whether there is nothing that people are still to be asked about. */
  readonly isAsked: boolean;
  readonly what: readonly string[];
}

async function settle(
  deps: ReconcileProposalsDeps,
  proposal: Proposal | undefined,
  limits: Limits,
): Promise<Settled> {
  const nowMs = deps.clock.nowMs();
  if (!proposal || proposalState(proposal, nowMs) !== 'OPEN') return { isAsked: true, what: [] };
  const { operationId, component, planId, startedAtMs } = proposal.operation;
  if ((await overtakenAtMs(deps, proposal, limits)) !== undefined) {
    // People are notified before it ends: better twice than not at all.
    await deps.notifier.notify(overtakenNotification(proposal));
    await deps.store.endProposal(proposal, { kind: 'WITHDRAWN', atMs: deps.clock.nowMs() });
    const line = `proposal ${operationId} is withdrawn: ${component} was repaired without it`;
    return { isAsked: true, what: [line] };
  }
  if (proposal.notifiedAtMs !== undefined) return { isAsked: true, what: [] };
  if (nowMs - startedAtMs < TRIAGE_ASKS_WITHIN_MS) return { isAsked: false, what: [] };
  await askPeople(deps, proposal, (await deps.store.getPlan(planId))?.strategy);
  return { isAsked: true, what: [`asked people about proposal ${operationId}, which triage had not`] };
}
