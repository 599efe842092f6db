import { isTerminal } from '../core/operation/command-outcome.ts';
import type { Operation, StepId, StepRecord } from '../core/operation/operation.ts';
import { stepPhase } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { plannedDocument } from '../core/operation/planned-step.ts';
import { isForGood } from '../ports/errors.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { commandComment } from './send-runbook.ts';

export interface CancelPendingDeps {
  readonly runbooks: Pick<RunbookRunner, 'findCommand' | 'getCommand' | 'cancel'>;
}

/** A step whose command could neither be cancelled nor seen to have ended: it may still act. */
export interface StillActing {
  readonly stepId: StepId;
  readonly commandId?: string;
  readonly problem: string;
}

/**
 * Cancels what a repair that was given up still has under way: a node that waits for its turn, or for its agent, must not
 * act on it once it is being undone.
 *
 * @param pending the step that was begun last, on record or not
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
  /** Whoever sent it stopped before its id was on record, or a later try could not send it again. */
  const cancelLost = async (stepId: StepId): Promise<string | undefined> => {
    const document = plannedDocument(strategy, operation, stepId);
    if (document === undefined) return undefined;
    const command = await runbooks.findCommand(commandComment(operationId, stepId), startedAtMs, document);
    return command && (await cancel(runbooks, command.commandId));
  };
  const attempt = async (
    stepId: StepId,
    commandId: string | undefined,
    call: () => Promise<string | undefined>,
  ): Promise<readonly StillActing[]> => {
    const problem = await call().catch((error: unknown) => {
      if (isForGood(error)) return error.message;
      throw error;
    });
    return problem === undefined ? [] : [{ stepId, ...(commandId !== undefined && { commandId }), problem }];
  };
  const heals = steps.filter(({ stepId }) => stepPhase(stepId) === 'heal');
  const isUnrecorded =
    pending !== undefined && stepPhase(pending) === 'heal' && !heals.some(({ stepId }) => stepId === pending);
  const left: StillActing[] = [];
  for (const { stepId, outcome, commandId } of heals) {
    if (outcome === 'SUCCEEDED' || outcome === 'SKIPPED') continue;
    if (commandId === undefined) left.push(...(await attempt(stepId, undefined, () => cancelLost(stepId))));
    // A command whose end nobody saw counts as under way, whatever its step was recorded as.
    else if (outcome === undefined || outcome === 'TIMED_OUT' || outcome === 'UNKNOWN')
      left.push(...(await attempt(stepId, commandId, () => cancel(runbooks, commandId))));
  }
  if (isUnrecorded) left.push(...(await attempt(pending, undefined, () => cancelLost(pending))));
  return left;
}

/**
 * A command that is over can’t be cancelled, and need not be. What else can’t be cancelled, above all where the permission
 * is missing, goes on until it ends.
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
