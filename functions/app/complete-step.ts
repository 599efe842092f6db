import { denialIn } from '../core/denial.ts';
import type { StepOutcome, StepRecord } from '../core/operation/operation.ts';
import { stepPhase } from '../core/operation/operation.ts';
import type { TaskTokens } from '../ports/executions.ts';
import type { OperationStore } from '../ports/operation-store.ts';

export interface CompleteDeps {
  readonly store: Pick<OperationStore, 'getClaim'>;
  readonly tokens: TaskTokens;
}

/**
 * Hands a step's outcome to the execution that waits for it, by the token on the claim. Doing it again is harmless:
 * a token is only taken once.
 */
export async function completeStep(
  deps: CompleteDeps,
  step: StepRecord & { readonly outcome: StepOutcome },
): Promise<void> {
  const claim = await deps.store.getClaim(step.component);
  if (claim?.operationId !== step.operationId || claim.step?.stepId !== step.stepId) return;

  const { taskToken } = claim.step;
  const { stepId, action, outcome, failsAs = 'ActionFailed', detail = '' } = step;
  const succeeded = outcome === 'SUCCEEDED' || outcome === 'SKIPPED';
  switch (stepPhase(stepId)) {
    case 'verify':
      // What nobody was permitted to see is neither good nor bad.
      if (outcome === 'UNKNOWN' && denialIn(detail))
        await deps.tokens.fail(taskToken, 'NotPermitted', detail);
      else await deps.tokens.succeed(taskToken, { verdict: succeeded ? 'recovered' : 'failed', detail });
      return;
    case 'heal':
    case 'rollback':
      if (succeeded || step.onError === 'continue')
        await deps.tokens.succeed(taskToken, { stepId, action, outcome });
      else await deps.tokens.fail(taskToken, failsAs, `${stepId} ${action} ${outcome}: ${detail}`);
      return;
    default:
  }
}
