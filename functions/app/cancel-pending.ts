import { isTerminal } from '../core/operation/command-outcome.ts';
import type { Operation, StepId, StepRecord } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { plannedDocument } from '../core/operation/planned-step.ts';
import { type MayAct, mayAct, type StillActing } from '../core/operation/still-acting.ts';
import { isForGood } from '../ports/errors.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { commandComment } from './send-runbook.ts';

export interface CancelPendingDeps {
  readonly runbooks: Pick<RunbookRunner, 'findCommand' | 'getCommand' | 'cancel'>;
}

/**
 * Cancels the commands that an abandoned repair still has under way: a node that waits for its turn, or for its agent,
 * must not act on it once it is being undone.
 *
 * @param pending the step that began last, on record or not
 * @returns what may still act
 * @throws ServiceUnavailable
 */
export async function cancelPending(
  { runbooks }: CancelPendingDeps,
  operation: Operation,
  { strategy }: OperationPlan,
  steps: readonly StepRecord[],
  pending: StepId | undefined,
): Promise<readonly StillActing[]> {
  const { operationId, startedAtMs } = operation;
  /** Its function stopped before the command's id was on record, or a later try could not send it again. */
  const findLost = async (stepId: StepId): Promise<string | undefined> => {
    const document = plannedDocument(strategy, operation, stepId);
    if (document === undefined) return undefined;
    return (await runbooks.findCommand(commandComment(operationId, stepId), startedAtMs, document))
      ?.commandId;
  };
  const attempt = async (step: MayAct): Promise<string | undefined> => {
    try {
      const commandId = step.commandId ?? (await findLost(step.stepId));
      return commandId === undefined ? undefined : await cancel(runbooks, commandId);
    } catch (error) {
      if (isForGood(error)) return error.message;
      throw error;
    }
  };
  const left: StillActing[] = [];
  for (const step of mayAct(steps, pending)) {
    const problem = await attempt(step);
    if (problem !== undefined) left.push({ ...step, problem });
  }
  return left;
}

/**
 * A command that is over cannot be cancelled, and need not be. Any other that cannot be cancelled, above all where the
 * permission is missing, goes on until it ends.
 *
 * @returns why it may still act, if it may
 */
async function cancel(
  runbooks: CancelPendingDeps['runbooks'],
  commandId: string,
): Promise<string | undefined> {
  try {
    await runbooks.cancel(commandId);
    return undefined;
  } catch (error) {
    if (!isForGood(error)) throw error;
    // One that SSM does not list yet, right after it was sent, may act all the same.
    const command = await runbooks.getCommand(commandId);
    return command !== undefined && isTerminal(command.status) ? undefined : error.message;
  }
}
