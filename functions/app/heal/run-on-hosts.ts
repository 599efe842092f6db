import type { RunCommandAction } from '../../core/actions/action-definition.ts';
import type { StepId, StepRecord } from '../../core/operation/operation.ts';
import type { ActionCall, ActionSubject } from '../executors/action-call.ts';
import * as runCommand from '../executors/run-command.ts';
import { type ChooseTargetsDeps, targetRefs, targetsOf } from './choose-targets.ts';

export interface RunOnHostsDeps {
  readonly runbooks: ChooseTargetsDeps['runbooks'] & runCommand.RunCommandBeginDeps['runbooks'];
}

/**
 * Runs a document that no strategy names, such as the one that verifies, on all hosts given.
 *
 * @param given instance ids; without them those that the alert names, or else all of the component's
 * @returns what is to be kept of it
 * @throws TargetsUnavailable before anything was sent
 * @throws ServiceError; nothing was sent, unless it is a ServiceUnavailable
 */
export async function runOnHosts(
  deps: RunOnHostsDeps,
  subject: ActionSubject,
  stepId: StepId,
  definition: RunCommandAction,
  how: Pick<ActionCall, 'params' | 'timeoutSeconds' | 'everywhereAtOnce'>,
  given?: readonly string[],
): Promise<Pick<StepRecord, 'reference' | 'targets'>> {
  const { fit } = await targetsOf(deps, subject, given);
  const begun = await runCommand.begin(deps, definition, {
    ...how,
    subject,
    stepId,
    targets: targetRefs(subject.component, fit),
  });
  return { ...('reference' in begun && begun), targets: fit };
}
