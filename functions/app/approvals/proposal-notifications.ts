import type { ModeInForce } from '../../core/admission/mode-now.ts';
import type { Proposal } from '../../core/admission/proposal.ts';
import { errorTypeOf } from '../../core/signal/error-type.ts';
import type { Notification } from '../../ports/announcers.ts';

/** Asks people to approve or deny, with all that they decide by. */
export function proposalNotification(proposal: Proposal, actions: readonly string[]): Notification {
  const { operation, expiresAtMs, approvalsNeeded, blastRadius, setMode } = proposal;
  const { operationId: proposalId, component, strategyId, attempt, alert, diagnosis } = operation;
  const { metric, reason, severity, current, threshold, baseline, alarmName } = alert;
  const expires = new Date(expiresAtMs).toISOString();
  const people = approvalsNeeded === 1 ? 'a person approves it' : `${approvalsNeeded} people approve it`;
  const message = [
    `${component} is unhealthy: ${reason}`,
    `Selfheal proposes strategy ${strategyId} (${actions.join(', ')}), and does nothing until ${people}.`,
    `It can be approved until ${expires}: \`selfheal approve ${proposalId}\`, or \`selfheal deny ${proposalId} --for 2h\`.`,
    'Every limit is checked again at that moment.',
    ...(setMode ? [setModeText(setMode)] : []),
  ].join('\n');
  return {
    topic: 'architect',
    subject: `Selfheal proposes ${strategyId} for ${component}`,
    body: {
      kind: 'proposal',
      message,
      ...{ proposalId, component, strategyId, attempt, actions, approvalsNeeded, expiresAtMs, blastRadius },
      ...(setMode && { setMode }),
      errorType: errorTypeOf(alert),
      diagnosis,
      evidence: { metric, severity, reason, current, threshold, baseline, alarmName },
    },
  };
}

function setModeText({ of, name, reason, untilMs }: ModeInForce): string {
  const part = name === undefined ? 'all components' : of === 'group' ? `group ${name}` : name;
  const end = untilMs === undefined ? '' : ` until ${new Date(untilMs).toISOString()}`;
  return `It is only proposed because a person set that mode for ${part}${end}: ${reason}`;
}

/** Its component has recovered by itself. */
export function withdrawnNotification(proposal: Proposal): Notification {
  return withdrawal(proposal, `${proposal.operation.component} has recovered by itself.`);
}

/** Its component is being repaired without an approval. */
export function overtakenNotification(proposal: Proposal): Notification {
  const { component } = proposal.operation;
  return withdrawal(proposal, `${component} is being repaired without an approval.`);
}

function withdrawal({ operation }: Proposal, why: string): Notification {
  const { operationId: proposalId, component, strategyId } = operation;
  const message = `${why} Proposal ${proposalId} (${strategyId}) is withdrawn: there is nothing left to decide.`;
  return {
    topic: 'architect',
    subject: `Selfheal withdraws its proposal for ${component}`,
    body: { kind: 'proposal-withdrawn', message, proposalId, component, strategyId },
  };
}
