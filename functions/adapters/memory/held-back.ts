import type { Observation } from '../../core/admission/observation.ts';
import { withObserved } from '../../core/admission/observed-limits.ts';
import { withoutObserved } from '../../core/admission/observed-recovery.ts';
import {
  type Approval,
  isWithdrawnBy,
  type Proposal,
  type ProposalEnd,
  withProposed,
} from '../../core/admission/proposal.ts';
import type { Limits } from '../../core/admission/records.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { HeldBackStore, HoldBackOutcome } from '../../ports/held-back-store.ts';
import { frozen } from './frozen.ts';

/** What the rest of the store keeps. */
export interface KeptLimits {
  readonly read: (component: string) => Limits;
  readonly write: (limits: Limits) => void;
  readonly keepPlan: (planId: string, plan: OperationPlan) => void;
}

export interface HeldBackInMemory extends HeldBackStore {
  /** Ends a proposal with the admission that it led to; `false` if it had ended. */
  readonly approve: (proposalId: string, end: ProposalEnd, approvals: readonly Approval[]) => boolean;
}

/** Observations and proposals in memory. */
export function createHeldBack({ read, write, keepPlan }: KeptLimits): HeldBackInMemory {
  const observations = new Map<string, Observation>();
  const proposals = new Map<string, Proposal>();

  function holdBack<Kept extends Observation | Proposal>(
    kept: Map<string, Kept>,
    record: Kept,
    plan: OperationPlan,
    limits: Limits,
    after: Limits,
  ): HoldBackOutcome {
    const { operationId, component, planId } = record.operation;
    keepPlan(planId, plan);
    if (kept.has(operationId)) return { outcome: 'duplicate' };
    const now = read(component);
    const holds =
      now.component.revision === limits.component.revision && now.fleet.revision === limits.fleet.revision;
    if (!holds) return { outcome: 'conflict' };
    write(after);
    kept.set(operationId, frozen(record));
    return { outcome: 'recorded' };
  }

  function approve(proposalId: string, end: ProposalEnd, approvals: readonly Approval[]): boolean {
    const known = proposals.get(proposalId);
    if (!known || known.end) return false;
    proposals.set(proposalId, frozen({ ...known, approvals, end }));
    return true;
  }

  const endProposal: HeldBackStore['endProposal'] = async ({ operation, approvals }, end) => {
    const { operationId, component } = operation;
    const limits = read(component);
    const { proposal, ...record } = limits.component;
    if (proposal?.proposalId !== operationId || !approve(operationId, end, approvals)) return false;
    const { untilMs } = end;
    const ended = { ...record, ...(untilMs !== undefined && { deniedUntilMs: untilMs }) };
    write({ ...limits, component: { ...ended, revision: record.revision + 1 } });
    return true;
  };

  return {
    observe: async (observation, undone, limits) =>
      holdBack(observations, observation, undone.grant.plan, limits, withObserved(limits, undone)),

    propose: async (proposal, undone, limits) =>
      holdBack(proposals, proposal, undone.grant.plan, limits, withProposed(limits, proposal)),

    readHeldBack: async (operationId) => {
      const observation = observations.get(operationId);
      const proposal = proposals.get(operationId);
      return { ...(observation && { observation }), ...(proposal && { proposal }) };
    },

    listObservations: async (limit, sinceMs) => newestFirst(observations, limit, sinceMs),

    listProposals: async (limit, sinceMs) => newestFirst(proposals, limit, sinceMs),

    noteProposalNotified: async (proposalId, atMs) => {
      const known = proposals.get(proposalId);
      if (known) proposals.set(proposalId, frozen({ ...known, notifiedAtMs: atMs }));
    },

    addApproval: async ({ operation, approvals }, approval) => {
      const known = proposals.get(operation.operationId);
      if (!known || known.end || known.approvals.length !== approvals.length) return false;
      proposals.set(operation.operationId, frozen({ ...known, approvals: [...approvals, approval] }));
      return true;
    },

    endProposal,

    noteRecovery: async (component, atMs) => {
      const before = read(component);
      const { observed, proposal } = before.component;
      for (const operationId of observed?.unrecovered ?? []) {
        const known = observations.get(operationId);
        if (known && known.operation.alert.occurredAtMs <= atMs)
          observations.set(operationId, frozen({ recoveredAtMs: atMs, ...known }));
      }
      const after = withoutObserved(before, atMs);
      if (after.component !== before.component) write(after);
      const open = proposal && proposals.get(proposal.proposalId);
      return open && isWithdrawnBy(open, atMs) ? open : undefined;
    },

    approve,
  };
}

function newestFirst<Kept extends Observation | Proposal>(
  kept: ReadonlyMap<string, Kept>,
  limit: number,
  sinceMs = 0,
): readonly Kept[] {
  return [...kept]
    .filter(([operationId]) => operationId >= idTime(sinceMs))
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, limit)
    .map(([, record]) => record);
}
