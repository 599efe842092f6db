import type { WhyNotHealed } from '../../functions/app/queries/why-not-healed.ts';
import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { StrategyStanding } from '../../functions/core/admission/standing.ts';
import type { Output } from '../output.ts';
import { REFUSAL_EXPLANATIONS } from './refusal-reasons.ts';
import { modeText } from './set-mode.ts';
import { READY } from './status.ts';
import { coloured, moment, until } from './words.ts';

const INDENT = '  ';

/** How the component stands now, then its refusals. */
export function whyLines(output: Output, component: string, why: WhyNotHealed): readonly string[] {
  const { refusals, status, atMs } = why;
  return [
    ...(status ? nowLines(output, why) : [`${component} is not a component of this configuration.`]),
    '',
    ...(refusals.length === 0
      ? [`No refusals of ${component} on record.`]
      : [
          output.paint('bold', 'Refusals, newest first'),
          ...refusals.flatMap((each) => refusalLines(output, each, atMs)),
        ]),
  ];
}

function nowLines(output: Output, { status, atMs }: WhyNotHealed): readonly string[] {
  if (!status) return [];
  const { component, operation, refusal, strategies, modes } = status;
  const title = [
    output.paint('bold', `${component} now`),
    ...modes.map((mode) => `${INDENT}mode ${modeText(output, mode, atMs)}`),
  ];
  if (operation) {
    const { operationId, strategyId } = operation;
    return [...title, `${INDENT}is being healed by ${operationId} (${strategyId})`];
  }
  return [
    ...title,
    ...strategies.map(
      (standing) => `${INDENT}${standing.strategyId}: ${standingText(output, standing, atMs)}`,
    ),
    ...(refusal ? [`${INDENT}${REFUSAL_EXPLANATIONS[refusal.reason]}`] : []),
  ];
}

function standingText(output: Output, standing: StrategyStanding, nowMs: number): string {
  const { attempts, maxAttempts, refusal } = standing;
  const spent = `${attempts} of ${maxAttempts} attempts used`;
  if (!refusal) return `${coloured(output, READY[standing.mode])}; ${spent}`;
  const { reason, detail, eligibleAtMs } = refusal;
  const again = eligibleAtMs === undefined ? '' : `; may be tried again ${until(eligibleAtMs, nowMs)}`;
  return `${coloured(output, reason)}: ${detail}${again}; ${spent}`;
}

function refusalLines(output: Output, refusal: RefusalRecord, nowMs: number): readonly string[] {
  const { refusedAtMs, reason, detail, metric, strategyId, eligibleAtMs } = refusal;
  const about = [metric, strategyId && `strategy ${strategyId}`].filter(Boolean).join(', ');
  const again = eligibleAtMs === undefined ? [] : [`may be tried again ${until(eligibleAtMs, nowMs)}`];
  return [
    `${INDENT}${output.paint('dim', moment(refusedAtMs))}  ${coloured(output, reason)}${about && ` (${about})`}: ${detail}`,
    ...[REFUSAL_EXPLANATIONS[reason], ...again].map((line) => `${INDENT}${INDENT}${line}`),
  ];
}
