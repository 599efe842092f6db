import type { Operation, StepId, StepRecord } from '../core/operation/operation.ts';
import { stepPhase } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { plannedDocument } from '../core/operation/planned-step.ts';
import { NotFound, RequestRefused } from '../ports/errors.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { commandComment } from './send-runbook.ts';

export interface CallOffDeps {
  readonly runbooks: Pick<RunbookRunner, 'findCommand' | 'cancel'>;
}

/**
 * Cancels what a repair that was given up still has under way: a node that waits for its turn, or for its agent, must not
 * act on it once it is being undone.
 *
 * @param pending the step that was begun last, on record or not
 * @throws ServiceError if a command could not be cancelled: it may still act
 */
export async function callOff(
  { runbooks }: CallOffDeps,
  { operationId, startedAtMs }: Operation,
  { strategy }: OperationPlan,
  steps: readonly StepRecord[],
  pending: StepId | undefined,
): Promise<void> {
  /** Whoever sent it stopped before its id was on record, or a later try could not send it again. */
  const lost = async (stepId: StepId): Promise<string | undefined> => {
    const document = plannedDocument(strategy, stepId);
    if (document === undefined) return undefined;
    return (await runbooks.findCommand(commandComment(operationId, stepId), startedAtMs, document))
      ?.commandId;
  };
  const heals = steps.filter(({ stepId }) => stepPhase(stepId) === 'heal');
  const underWay = heals.filter(({ outcome, commandId }) => outcome === undefined && commandId !== undefined);
  const unknown = heals.filter(
    ({ outcome, commandId }) => outcome !== 'SUCCEEDED' && commandId === undefined,
  );
  const isUnrecorded =
    pending !== undefined && stepPhase(pending) === 'heal' && !heals.some(({ stepId }) => stepId === pending);
  const ids = [
    ...underWay.map(({ commandId }) => commandId),
    ...(await Promise.all(unknown.map(({ stepId }) => lost(stepId)))),
    ...(isUnrecorded ? [await lost(pending)] : []),
  ];
  for (const commandId of ids) if (commandId !== undefined) await cancel(runbooks, commandId);
}

/** A command that is over can’t be cancelled, and need not be. One that may not be cancelled goes on. */
async function cancel(runbooks: CallOffDeps['runbooks'], commandId: string): Promise<void> {
  try {
    await runbooks.cancel(commandId);
  } catch (error) {
    if (!(error instanceof RequestRefused || error instanceof NotFound)) throw error;
  }
}
