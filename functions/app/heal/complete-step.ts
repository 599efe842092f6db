import type { StepOutcome, StepRecord } from '../../core/operation/operation.ts';
import { taskAnswer } from '../../core/operation/task-answer.ts';
import type { TaskTokens } from '../../ports/executions.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

export interface CompleteDeps {
  readonly store: Pick<OperationStore, 'getClaim'>;
  readonly tokens: TaskTokens;
}

/**
 * Hands a step's outcome to the execution that waits for it, by the token on the claim. Doing it again is harmless: a
 * token is accepted only once.
 */
export async function completeStep(
  deps: CompleteDeps,
  step: StepRecord & { readonly outcome: StepOutcome },
): Promise<void> {
  const claim = await deps.store.getClaim(step.component);
  if (claim?.operationId !== step.operationId || claim.step?.stepId !== step.stepId) return;

  const { taskToken } = claim.step;
  const answer = taskAnswer(step);
  if (answer?.kind === 'succeed') await deps.tokens.succeed(taskToken, answer.output);
  if (answer?.kind === 'fail') await deps.tokens.fail(taskToken, answer.error, answer.cause);
}
