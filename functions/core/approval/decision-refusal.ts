import { closedRefusal, type Proposal } from '../admission/proposal.ts';
import type { Refusal } from '../admission/refusal.ts';
import type { ApprovalSettings } from '../configuration/schema/approvals-schema.ts';
import { isSamePerson } from './people.ts';

/** A decision of a person, as far as a proposal may refuse it by itself. */
export interface Decider {
  readonly command: 'approve' | 'deny';
  readonly by: string;
}

/** Why a proposal takes no such decision; `undefined` if only the limits may still refuse it. */
export function decisionRefusal(
  proposal: Proposal,
  { command, by }: Decider,
  settings: { readonly approvals?: ApprovalSettings | undefined },
  nowMs: number,
): Refusal | undefined {
  const closed = closedRefusal(proposal, nowMs);
  if (closed) return closed;
  const before = proposal.approvals.find((other) => isSamePerson(settings, other.by, by));
  if (command === 'deny' || !before) return undefined;
  const detail = `${before.by} has already approved it; ${proposal.approvalsNeeded} different people must approve`;
  return { reason: 'SAME_PERSON', detail };
}
