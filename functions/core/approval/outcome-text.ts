import type { Proposal } from '../admission/proposal.ts';
import { assertNever } from '../assert-never.ts';

/** The outcome of a decision, as far as the table says. */
export type DecisionOutcome =
  | { readonly outcome: 'confirmed'; readonly proposal: Proposal }
  | { readonly outcome: 'refused'; readonly refusal: { readonly reason: string; readonly detail: string } }
  | { readonly outcome: 'unanswered' };

/** The outcome of a decision, for the person who decided. */
export function outcomeText(
  command: 'approve' | 'deny',
  result: DecisionOutcome,
): { readonly title: string; readonly text: string } {
  switch (result.outcome) {
    case 'confirmed':
      return confirmedText(result.proposal);
    case 'refused': {
      const { reason, detail } = result.refusal;
      return {
        title: command === 'approve' ? 'The approval was refused' : 'The denial was refused',
        text: `${reason}: ${detail}. A proposal that is still open can be decided by \`selfheal ${command}\`.`,
      };
    }
    case 'unanswered':
      return {
        title: command === 'approve' ? 'The approval was sent' : 'The denial was sent',
        text: 'Its effect is not on record yet: `selfheal proposals` shows it.',
      };
    default:
      return assertNever(result);
  }
}

function confirmedText({ end, approvals, approvalsNeeded, operation }: Proposal): {
  readonly title: string;
  readonly text: string;
} {
  if (end?.kind === 'DENIED') {
    const until = end.untilMs === undefined ? '' : ` until ${new Date(end.untilMs).toISOString()}`;
    return { title: 'Denied', text: `${operation.component} is not proposed again${until}.` };
  }
  if (end?.kind === 'APPROVED')
    return {
      title: 'Approved',
      text: `The repair of ${operation.component} has begun: \`selfheal show ${operation.operationId} --watch\` follows it.`,
    };
  return {
    title: 'Your approval is recorded',
    text: `${approvals.length} of ${approvalsNeeded}. Another person has to approve too.`,
  };
}
