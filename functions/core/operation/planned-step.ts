import type { ActionParams } from '../actions/action-definition.ts';
import type { ActionType } from '../actions/action-table.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
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

/** What a step does; `undefined` for an undo step that was not laid out, and for a step that the strategy has not. */
export function plannedAction(
  strategy: Strategy,
  operation: Laid & Pick<Operation, 'undoSteps'>,
  stepId: StepId,
): ActionType | undefined {
  switch (stepPhase(stepId)) {
    case 'verify':
      return containmentOf(strategy.actions) ? 'verify_containment' : 'verify_health';
    case 'heal':
      return healStep(strategy, operation, stepId)?.action.type;
    case 'rollback':
      return operation.undoSteps?.find((step) => step.stepId === stepId)?.action.type;
    default:
      return undefined;
  }
}

/** What a repair step is begun with; `undefined` for a step that the strategy has not. */
export function plannedParams(strategy: Strategy, laid: Laid, stepId: StepId): ActionParams | undefined {
  return healStep(strategy, laid, stepId)?.action.params;
}
