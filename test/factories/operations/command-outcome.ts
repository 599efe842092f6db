import { commandInspection } from '../../../functions/core/operation/command-outcome.ts';
import { type ActionOutcome, outcomeOn } from '../../../functions/core/operation/inspection.ts';
import type { CommandInvocation } from '../../../functions/ports/runbook-runner.ts';

/** What a step comes to whose command ended so on these targets. */
export function commandOutcome(
  status: string,
  invocations: readonly CommandInvocation[],
  targets: readonly string[],
): ActionOutcome | undefined {
  const command = {
    document: 'selfheal-start-component',
    parameters: {},
    status,
    comment: '',
    targetCount: targets.length,
  };
  return outcomeOn(commandInspection(command, invocations), targets);
}
