import type { Proposal, ProposalState } from '../admission/proposal.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.4rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}input{flex:1 1 100%;padding:.5rem;font:inherit}
button{padding:.6rem 1.4rem;font:inherit;border:1px solid #888;border-radius:.4rem;background:#fff;cursor:pointer}
button[value=approve]{background:#0a6b2d;border-color:#0a6b2d;color:#fff}`;

export interface ProposalPageProps {
  /** Whose decision the page takes. */
  readonly by: string;
  /** What the strategy does, in order. */
  readonly actions: readonly string[];
  readonly state: ProposalState;
}

/** A proposal with all that a person decides by, and a form as long as it is open. */
export function proposalPage(proposal: Proposal, { by, actions, state }: ProposalPageProps): string {
  const { operation, approvals, approvalsNeeded, blastRadius, expiresAtMs, end } = proposal;
  const { operationId, component, strategyId, attempt, alert, diagnosis } = operation;
  const { targets, maxConcurrentTargets, group } = blastRadius;
  const figures =
    alert.current === undefined ? '' : ` (${alert.current}, limit ${alert.threshold ?? 'none'})`;
  const rows: readonly (readonly [string, string])[] = [
    ['Component', component],
    ['Reported', alert.reason],
    ['Evidence', `${alert.severity} ${alert.metric}${figures}`],
    ['Diagnosis', `${diagnosis.rootCause} (confidence ${Math.round(diagnosis.confidence * 100)} %)`],
    ['Plan', `${strategyId}, attempt ${attempt}: ${actions.join(', ')}`],
    ['Targets', `${targets.join(', ')}, ${maxConcurrentTargets} at a time`],
    ...(group
      ? ([['Group', `${group.name}: ${group.healthyLeft} of ${group.members} stay healthy`]] as const)
      : []),
    [
      'Approvals',
      `${approvals.length} of ${approvalsNeeded}${approvals.map((one) => `, ${one.by}`).join('')}`,
    ],
    ['Expires', new Date(expiresAtMs).toISOString()],
    ['Proposal', operationId],
  ];
  const list = rows.map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`).join('\n');
  const ended = `This proposal is ${state}${end?.by === undefined ? '' : ` by ${end.by}`}: there is nothing left to decide.`;
  const form = `<p>You decide as <strong>${escaped(by)}</strong>, once. Every limit is checked again at that moment.</p>
<form method="post">
<input name="reason" maxlength="200" placeholder="Reason (optional)" aria-label="Reason">
<button name="command" value="approve">Approve</button>
<button name="command" value="deny">Deny for an hour</button>
</form>`;
  return page(
    `Selfheal proposes ${strategyId} for ${component}`,
    `<dl>\n${list}\n</dl>\n${state === 'OPEN' ? form : `<p>${escaped(ended)}</p>`}`,
  );
}

/** A page that only says something. */
export function messagePage(title: string, text: string): string {
  return page(title, `<p>${escaped(text)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
