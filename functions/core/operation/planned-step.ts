import { ACTIONS, actionDefinition } from '../actions/action-table.ts';
import type { Action } from '../configuration/action-schema.ts';
import type { Strategy } from '../configuration/strategy-schema.ts';
import type { OnError } from './on-error.ts';
import { type StepId, stepPhase } from './operation.ts';

/** The action of a heal step, as its operation was admitted to it. */
function plannedAction({ actions }: Strategy, stepId: StepId): Action | undefined {
  return stepPhase(stepId) === 'heal' ? actions[Number(stepId.slice(stepId.indexOf('-') + 1))] : undefined;
}

/** What a step that did not succeed means for the others. Undo steps never stop each other. */
export function plannedOnError(strategy: Strategy | undefined, stepId: StepId): OnError {
  if (stepPhase(stepId) !== 'heal') return 'continue';
  return (strategy && plannedAction(strategy, stepId)?.onError) ?? 'abort';
}

/** The document that a step sends, as far as the strategy alone says it: an undo step depends on what was done. */
export function plannedDocument(strategy: Strategy, stepId: StepId): string | undefined {
  if (stepPhase(stepId) === 'verify') return ACTIONS.verify_health.document;
  const action = plannedAction(strategy, stepId);
  const definition = action && actionDefinition(action.type);
  return definition?.kind === 'runbook' ? definition.document : undefined;
}
