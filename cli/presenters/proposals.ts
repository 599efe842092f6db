import { type Proposal, proposalState } from '../../functions/core/admission/proposal.ts';
import type { OperationPlan } from '../../functions/core/operation/operation-plan.ts';
import type { Output } from '../output.ts';
import { modeText } from './set-mode.ts';
import { columns } from './table.ts';
import { coloured, count, moment, until } from './words.ts';

/** One line for each proposal. */
export function proposalLines(
  output: Output,
  proposals: readonly Proposal[],
  nowMs: number,
): readonly string[] {
  if (proposals.length === 0) return ['No proposals.'];
  return columns(
    output,
    ['PROPOSAL', 'COMPONENT', 'STRATEGY', 'STATE', 'APPROVALS', 'UNTIL', 'WHY'],
    proposals.map((proposal) => {
      const { operation, expiresAtMs, approvals, approvalsNeeded, end } = proposal;
      const { operationId, component, strategyId, alert } = operation;
      return [
        operationId,
        component,
        strategyId,
        coloured(output, proposalState(proposal, nowMs)),
        `${approvals.length} of ${approvalsNeeded}`,
        end ? moment(end.atMs) : expiry(expiresAtMs, nowMs),
        alert.reason,
      ];
    }),
  );
}

/** What a person decides by. */
export function proposalDetailLines(
  output: Output,
  proposal: Proposal,
  plan: OperationPlan | undefined,
  nowMs: number,
): readonly string[] {
  const { operation, expiresAtMs, approvals, approvalsNeeded, blastRadius, setMode, end } = proposal;
  const { operationId, component, strategyId, attempt, alert, diagnosis } = operation;
  const { targets, maxConcurrentTargets, group } = blastRadius;
  const actions = plan?.strategy.actions.map(({ type }) => type).join(', ') ?? '–';
  const figures = alert.current === undefined ? '' : ` (${alert.current}, limit ${alert.threshold ?? '–'})`;
  const state = proposalState(proposal, nowMs);
  const rows: readonly (readonly [string, string])[] = [
    ['component', component],
    ['plan', `${strategyId}, attempt ${attempt}: ${actions}`],
    ['targets', `${targets.join(', ')}, ${maxConcurrentTargets} at a time`],
    ...(group
      ? ([['group', `${group.name}: ${group.healthyLeft} of ${group.members} stay healthy`]] as const)
      : []),
    ['evidence', `${alert.severity} ${alert.metric}${figures}: ${alert.reason}`],
    ['diagnosis', `${diagnosis.rootCause} (confidence ${Math.round(diagnosis.confidence * 100)} %)`],
    ...(setMode ? ([['mode', modeText(output, setMode, nowMs)]] as const) : []),
    ['approvals', `${approvals.length} of ${approvalsNeeded}`],
    ...approvals.map(({ by, atMs, reason }) => ['', `${by}, ${moment(atMs)}${saying(reason)}`] as const),
    ...(end
      ? ([
          ['ended', `${moment(end.atMs)}${end.by === undefined ? '' : ` by ${end.by}`}${saying(end.reason)}`],
        ] as const)
      : ([[state === 'EXPIRED' ? 'expired' : 'expires', expiry(expiresAtMs, nowMs)]] as const)),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    `${output.paint('bold', operationId)}  ${coloured(output, state)}`,
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}${text}`),
    ...(state === 'OPEN'
      ? [
          '',
          `Needs ${count(approvalsNeeded - approvals.length, 'approval')}: \`selfheal approve ${operationId}\`, or \`selfheal deny ${operationId} --for 2h\`.`,
        ]
      : []),
  ];
}

function expiry(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? moment(atMs) : until(atMs, nowMs);
}

function saying(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}
