import type { StepOutcome } from '../../operation/operation.ts';
import { shortText } from '../../signal/event-values.ts';
import { type KernelAnswer, kernelAnswer } from './kernel-answer.ts';

/** What the record of the operation keeps of it: an item of the table has its limit. */
const MOST_LINES = 12;
const LINE_CHARACTERS = 400;

/** What the looks at the kernel after a failed repair say, for people. */
export interface KernelEvidence {
  /** FAILED: no host gave an answer. */
  readonly outcome: Extract<StepOutcome, 'SUCCEEDED' | 'FAILED'>;
  /** Whether anything unusual was found on any host. */
  readonly hasFindings: boolean;
  /** A line for each finding, or for a host without one. */
  readonly text: string;
}

/** @param invocations one for each host that was asked, as Run Command gives them */
export function kernelEvidence(
  invocations: readonly { readonly instanceId: string; readonly status: string; readonly output: string }[],
): KernelEvidence {
  const answers = invocations.map((invocation) => ({
    instanceId: invocation.instanceId,
    ...kernelAnswer(invocation),
  }));
  const lines = answers.flatMap(linesOf);
  return {
    outcome: answers.some(({ look }) => look) ? 'SUCCEEDED' : 'FAILED',
    hasFindings: answers.some(({ findings = [] }) => findings.length > 0),
    text: shortened(lines).join('\n') || 'no host has answered',
  };
}

function linesOf({
  instanceId,
  look,
  missing = '',
  findings = [],
}: KernelAnswer & { readonly instanceId: string }): readonly string[] {
  if (!look) return [`${instanceId}: no look: ${missing}`];
  if (findings.length === 0) return [`${instanceId}: nothing unusual was found`];
  return findings.map(({ code, reason, remedy }) => `${instanceId}: ${code} ${reason}; ${remedy}`);
}

function shortened(lines: readonly string[]): readonly string[] {
  const kept = lines.slice(0, MOST_LINES).map((line) => shortText(line, LINE_CHARACTERS));
  return lines.length > MOST_LINES ? [...kept, `and ${lines.length - MOST_LINES} more`] : kept;
}
