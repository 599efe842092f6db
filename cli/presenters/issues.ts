import type { ComponentCheck } from '../../functions/app/queries/issues/check-component.ts';
import type { CurrentIssues, Unread } from '../../functions/app/queries/issues/current-issues.ts';
import type { Sign } from '../../functions/app/queries/issues/signs.ts';
import { assertNever } from '../../functions/core/assert-never.ts';
import { type Issue, PRIORITIES, type Priority } from '../../functions/core/issue/issue.ts';
import type { Outlook } from '../../functions/core/issue/outlook.ts';
import type { Output, Paint } from '../output.ts';
import { modeText, partOfMode } from './set-mode.ts';
import { switchLines } from './status.ts';
import { columns } from './table.ts';
import { count, span, until } from './words.ts';

/** What is wrong now, grouped by what it asks of a person. */
export function issueLines(output: Output, current: CurrentIssues): readonly string[] {
  const { issues, unread, atMs } = current;
  return [
    ...switchLines(output, current),
    ...byUrgency(output, issues, atMs),
    '',
    summaryLine(output, issues.length, unread.length),
    ...unreadLines(output, unread),
  ];
}

/** What one component's signs say, and what is wrong with it and with what it depends on. */
export function checkLines(output: Output, check: ComponentCheck): readonly string[] {
  const { component, verdict, signs, issues, dependencyIssues, unread, atMs } = check;
  return [
    ...switchLines(output, check),
    ...check.modes
      .filter(({ of }) => of !== 'everything')
      .map((mode) => `Mode: ${modeText(output, mode, atMs)}`),
    '',
    ...(signs.length === 0
      ? ['It has no alarm, peer, series or host that could be looked at.']
      : columns(
          output,
          ['LOOKED AT', 'FOUND'],
          signs.map(({ subject, finding, verdict: says }) => [subject, SHADES[says](output.paint, finding)]),
        )),
    ...byUrgency(output, issues, atMs),
    ...(dependencyIssues.length === 0
      ? []
      : ['', output.paint('bold', 'What it depends on'), ...byUrgency(output, dependencyIssues, atMs)]),
    '',
    VERDICTS[verdict](output.paint, component),
    ...unreadLines(output, unread),
  ];
}

const SHADES: Readonly<Record<Sign['verdict'], (paint: Paint, text: string) => string>> = {
  healthy: (paint, text) => paint('green', text),
  unhealthy: (paint, text) => paint('red', text),
  unknown: (paint, text) => paint('yellow', text),
  neutral: (_, text) => text,
};

const VERDICTS: Readonly<Record<ComponentCheck['verdict'], (paint: Paint, component: string) => string>> = {
  healthy: (paint, component) => paint('green', `${component} is healthy.`),
  unhealthy: (paint, component) => paint('red', `${component} is unhealthy.`),
  unknown: (paint, component) =>
    paint('yellow', `Nothing proves that ${component} is healthy, and nothing says that it is not.`),
};

function byUrgency(output: Output, issues: readonly Issue[], atMs: number): readonly string[] {
  const priorities = Object.keys(PRIORITIES).map((key) => Number(key) as Priority);
  return priorities.flatMap((priority) => {
    const own = issues.filter((issue) => issue.priority === priority);
    if (own.length === 0) return [];
    const colour = priority === 1 ? 'red' : 'yellow';
    return [
      '',
      `${output.paint(colour, `Priority ${priority}`)}: ${PRIORITIES[priority]}`,
      ...own.flatMap((issue) => textOf(output, issue, atMs)),
    ];
  });
}

function textOf({ paint }: Output, issue: Issue, atMs: number): readonly string[] {
  const { component, subject, problem, severity, sinceMs, outlook, remedy } = issue;
  const about = component === undefined ? '' : `${component}: `;
  const since = sinceMs === undefined ? '' : `, for ${span(Math.max(0, atMs - sinceMs))}`;
  const next = outlook && outlookText(outlook, atMs);
  return [
    `  ${paint('bold', about)}${subject} ${problem} (${severity}${since})`,
    ...[next, remedy].flatMap((line) => (line === undefined ? [] : [`    ${line}`])),
  ];
}

function outlookText(outlook: Outlook, atMs: number): string {
  switch (outlook.kind) {
    case 'in-flight':
      return `${outlook.operationId} (${outlook.strategyId}) is repairing it.`;
    case 'proposed':
      return `Approve or deny ${outlook.proposalId}; it expires ${until(outlook.expiresAtMs, atMs)}.`;
    case 'admitted':
      return `${ADMITTED[outlook.mode](outlook.strategyId)}${outlook.setMode ? ` A person set that mode for ${partOfMode(outlook.setMode)}: ${outlook.setMode.reason}.` : ''}`;
    case 'refused': {
      const { reason, detail, eligibleAtMs } = outlook.refusal;
      const again = eligibleAtMs === undefined ? '' : `; it may be tried again ${until(eligibleAtMs, atMs)}`;
      return `Not healed: ${reason}: ${detail}${again}.`;
    }
    case 'none':
      return 'Nothing heals it.';
    default:
      return assertNever(outlook);
  }
}

const ADMITTED = {
  auto: (strategyId: string) => `The next signal starts ${strategyId}.`,
  propose: (strategyId: string) => `The next signal proposes ${strategyId}.`,
  observe: (strategyId: string) => `${strategyId} is only observed: nothing is touched.`,
} as const;

function summaryLine({ paint }: Output, issues: number, unread: number): string {
  if (issues > 0) return paint('red', `${count(issues, 'issue')}.`);
  return paint('green', unread > 0 ? 'No issue in what could be read.' : 'No issue.');
}

function unreadLines({ paint }: Output, unread: readonly Unread[]): readonly string[] {
  return unread.map(({ what, problem }) => paint('yellow', `Not read: ${what}: ${problem}`));
}
