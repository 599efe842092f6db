import { ACTIONS, actionDefinition } from '../actions/action-table.ts';
import type { Strategy } from '../configuration/strategy-schema.ts';
import { containmentOf } from './containment.ts';
import { healStep } from './heal-steps.ts';
import type { OnError } from './on-error.ts';
import { type Operation, type StepFailure, type StepId, stepPhase } from './operation.ts';

type Laid = Pick<Operation, 'layout'>;

/** How a step decides over the others if it does not succeed. Undo steps never stop each other. */
export function plannedConsequence(
  strategy: Strategy | undefined,
  laid: Laid,
  stepId: StepId,
): { readonly onError: OnError; readonly failsAs?: StepFailure } {
  if (stepPhase(stepId) !== 'heal') return { onError: 'continue' };
  const step = strategy && healStep(strategy, laid, stepId);
  return {
    onError: step?.action.onError ?? 'abort',
    ...(step?.isCheck === true && { failsAs: 'BatchNotHealthy' as const }),
  };
}

/** The document that a step sends, as far as the strategy alone says it: an undo step depends on what was done. */
export function plannedDocument(strategy: Strategy, laid: Laid, stepId: StepId): string | undefined {
  if (stepPhase(stepId) === 'verify')
    return containmentOf(strategy.actions)
      ? ACTIONS.verify_containment.document
      : ACTIONS.verify_health.document;
  const step = healStep(strategy, laid, stepId);
  const definition = step && actionDefinition(step.action.type);
  return definition?.kind === 'runbook' ? definition.document : undefined;
}
