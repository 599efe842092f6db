import type { Approval, Proposal, ProposalEnd } from '../../core/admission/proposal.ts';
import type { Refusal } from '../../core/admission/refusal.ts';
import { type Decider, decisionRefusal } from '../../core/approval/decision-refusal.ts';
import { hasEnded, type Operation } from '../../core/operation/operation.ts';
import type { ProposalDecision } from '../../core/signal/approval-event.ts';
import { StoreUnavailable } from '../../ports/errors.ts';
import { questionsAbout } from '../diagnosis/questions.ts';
import { admit } from '../triage/admit.ts';
import { refuseEvent } from '../triage/refuse-event.ts';
import type { TriageDecision, TriageDeps } from '../triage/triage-deps.ts';
import { overtakenAtMs } from './overtaken.ts';

/** Others may decide at the same moment. */
const TRIES = 5;

/**
 * Approves or denies a proposal. The last approval that it needs is a signal: every limit is checked again, and diagnosis
 * is asked again. What has no effect is refused on record, and the architect is notified.
 *
 * @throws StoreUnavailable if it can't be decided and recorded
 */
export async function decideProposal(
  deps: TriageDeps,
  event: unknown,
  given: ProposalDecision,
): Promise<TriageDecision> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { proposal } = await deps.store.readHeldBack(given.proposalId);
    if (!proposal) {
      const detail = `there is no proposal ${given.proposalId}`;
      return await refuseEvent(deps, event, { reason: 'UNKNOWN_PROPOSAL', detail });
    }
    const decision =
      (await decidedBefore(deps, proposal, given)) ??
      (given.command === 'deny'
        ? await deny(deps, event, proposal, given)
        : await approve(deps, event, proposal, given));
    if (decision) return decision;
  }
  throw new StoreUnavailable(`proposal ${given.proposalId} changed faster than it could be read`);
}

/** The same decision, delivered again. */
async function decidedBefore(
  { store }: TriageDeps,
  { operation, approvals, end }: Proposal,
  { by, givenAtMs, command }: ProposalDecision,
): Promise<TriageDecision | undefined> {
  const isSame = (one: { readonly by?: string; readonly atMs: number }) =>
    one.by === by && one.atMs === givenAtMs;
  const { operationId, component } = operation;
  if (command === 'deny') {
    if (end?.kind !== 'DENIED' || !isSame(end)) return undefined;
    return { decision: 'observe', detail: `proposal ${operationId} was already denied` };
  }
  if (!approvals.some(isSame)) return undefined;
  const { operation: begun } = await store.readLimits(component, operationId);
  return begun && !hasEnded(begun)
    ? { decision: 'heal', operationId, component, fence: begun.fence }
    : { decision: 'observe', detail: `proposal ${operationId} was already approved by ${by}` };
}

async function approve(
  deps: TriageDeps,
  event: unknown,
  proposal: Proposal,
  given: ProposalDecision,
): Promise<TriageDecision | undefined> {
  const { by, givenAtMs, reason } = given;
  const { operation, approvalsNeeded } = proposal;
  const { operationId: proposalId, component, planId, alert } = operation;
  const refused = (refusal: Refusal) => refuseEvent(deps, event, refusal, component);
  const refusal = refusalOf(deps, proposal, given);
  if (refusal) return await refused(refusal);

  const approval: Approval = { by, atMs: givenAtMs, ...(reason !== undefined && { reason }) };
  const approvals = [...proposal.approvals, approval];
  if (approvals.length < approvalsNeeded) {
    const isKept = await deps.store.addApproval(proposal, approval);
    const detail = `proposal ${proposalId}: approval ${approvals.length} of ${approvalsNeeded}, by ${by}`;
    return isKept ? { decision: 'observe', detail } : undefined;
  }
  const outdated = (await overtakenBy(deps, proposal)) ?? (await outdatedBy(deps, operation));
  if (outdated) return await refused(outdated);
  const end: ProposalEnd = { kind: 'APPROVED', atMs: givenAtMs, by };
  const admission = await admit(deps, alert, { proposalId, planId, approvals, end });
  switch (admission.outcome) {
    case 'admitted':
      return { decision: 'heal', operationId: proposalId, component, fence: admission.operation.fence };
    case 'ended-before':
      return { decision: 'observe', detail: `operation ${proposalId} has already ended` };
    case 'refused':
      return await refused(admission.refusal);
    case 'observed':
    case 'proposed':
      return undefined;
  }
}

/** The repair that was carried out since, and needed no approval. */
async function overtakenBy(deps: TriageDeps, proposal: Proposal): Promise<Refusal | undefined> {
  const { operationId, component } = proposal.operation;
  const { limits } = await deps.store.readLimits(component, operationId);
  const since = await overtakenAtMs(deps, proposal, limits);
  if (since === undefined) return undefined;
  const at = new Date(since).toISOString();
  const detail = `proposal ${operationId} was overtaken: ${component} has been repaired since, at ${at}`;
  return { reason: 'PROPOSAL_CLOSED', detail };
}

/** What diagnosis finds now that speaks against an operation as it was proposed; it is loaded only where it is asked. */
async function outdatedBy(deps: TriageDeps, operation: Operation): Promise<Refusal | undefined> {
  const questions = questionsAbout(deps.configuration, operation.alert);
  if (!questions) return undefined;
  const { diagnoseAgain } = await import('../diagnosis/diagnose-again.ts');
  return await diagnoseAgain(deps, operation, questions);
}

async function deny(
  deps: TriageDeps,
  event: unknown,
  proposal: Proposal,
  given: ProposalDecision,
): Promise<TriageDecision | undefined> {
  const { by, givenAtMs, reason, untilMs } = given;
  const { operationId, component } = proposal.operation;
  const refusal = refusalOf(deps, proposal, given);
  if (refusal) return await refuseEvent(deps, event, refusal, component);
  const isEnded = await deps.store.endProposal(proposal, {
    ...{ kind: 'DENIED', atMs: givenAtMs, by },
    ...(reason !== undefined && { reason }),
    ...(untilMs !== undefined && { untilMs }),
  });
  return isEnded ? { decision: 'observe', detail: `proposal ${operationId} was denied by ${by}` } : undefined;
}

function refusalOf(
  { configuration, clock }: TriageDeps,
  proposal: Proposal,
  decider: Decider,
): Refusal | undefined {
  return decisionRefusal(proposal, decider, configuration.settings, clock.nowMs());
}
