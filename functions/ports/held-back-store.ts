import type { AdmissionDecision } from '../core/admission/decide-admission.ts';
import type { Observation } from '../core/admission/observation.ts';
import type { Approval, Proposal, ProposalEnd } from '../core/admission/proposal.ts';
import type { Limits } from '../core/admission/records.ts';

/** A proposal that has all its approvals, with the last one. */
export interface ApprovedProposal {
  readonly approvals: readonly Approval[];
  readonly end: ProposalEnd;
}

/** As for an admission. */
export type HoldBackOutcome =
  | { readonly outcome: 'recorded' }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'conflict' };

/** What an id stands for that was decided, and not carried out. */
export interface HeldBack {
  readonly observation?: Observation;
  readonly proposal?: Proposal;
}

/** An observed or proposed operation: what it would be granted. */
export type Undone = Extract<AdmissionDecision, { readonly decision: 'observe' | 'propose' }>;

/** Observations and proposals: operations that were decided, and not carried out. */
export interface HeldBackStore {
  /**
   * Keeps an operation that is only observed, with what it would hold of the limits, or nothing; only if `limits` still
   * hold. Keeps its plan before. Creates neither a claim nor an operation, so nothing can
   * carry it out.
   */
  readonly observe: (observation: Observation, undone: Undone, limits: Limits) => Promise<HoldBackOutcome>;
  /** Keeps a proposal as its component's only open one, as `observe` does. */
  readonly propose: (proposal: Proposal, undone: Undone, limits: Limits) => Promise<HoldBackOutcome>;
  readonly readHeldBack: (operationId: string) => Promise<HeldBack>;
  /** Newest first. @param sinceMs as for operations */
  readonly listObservations: (limit: number, sinceMs?: number) => Promise<readonly Observation[]>;
  /** Newest first. @param sinceMs as for operations */
  readonly listProposals: (limit: number, sinceMs?: number) => Promise<readonly Proposal[]>;
  /** People have been notified of it. */
  readonly noteProposalNotified: (proposalId: string, atMs: number) => Promise<void>;
  /** Keeps an approval that is not the last; `false` if the proposal has ended, or others were given meanwhile. */
  readonly addApproval: (proposal: Proposal, approval: Approval) => Promise<boolean>;
  /** Ends a proposal without an operation; `false` if it had ended. */
  readonly endProposal: (proposal: Proposal, end: ProposalEnd) => Promise<boolean>;
  /**
   * Notes on the component's observed operations that it recovered by itself, and gives back what they held.
   *
   * @returns its open proposal, which the recovery leaves nothing to decide of
   */
  readonly noteRecovery: (component: string, atMs: number) => Promise<Proposal | undefined>;
}
