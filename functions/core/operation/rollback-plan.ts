import { type ActionType, actionDefinition } from '../actions/action-table.ts';
import type { Action, Strategy } from '../configuration/strategy-schema.ts';
import type { StepRecord } from './operation.ts';

/**
 * The undo steps of a failed operation, in order:
 * with `onError: rollback`, first the inverse of every action that succeeded, last one first;
 * then the strategy's own rollback actions; then safe mode, if that is how the plan ends.
 * A plan that maintains isolation never restores the network.
 *
 * @param undoActions whether the failure asks for the inverses
 * @param completed the heal steps that succeeded, in the order they ran
 */
export function rollbackPlan(
  strategy: Strategy,
  undoActions: boolean,
  completed: readonly Pick<StepRecord, 'action'>[],
): readonly Action[] {
  const { onFailure, actions } = strategy.rollback;
  const inverses = undoActions ? completed.toReversed().flatMap(inverseOf) : [];
  const planned = [...inverses, ...actions].filter(
    (action) => !(onFailure === 'maintain_isolation' && action.type === 'restore_network'),
  );
  const endsInSafeMode = planned.some((action) => action.type === 'enter_safe_mode');
  return onFailure === 'enter_safe_mode' && !endsInSafeMode
    ? [...planned, undoStep('enter_safe_mode')]
    : planned;
}

function inverseOf(step: Pick<StepRecord, 'action'>): Action[] {
  const undo = actionDefinition(step.action as ActionType).undo;
  return undo === undefined ? [] : [undoStep(undo as ActionType)];
}

function undoStep(type: ActionType): Action {
  const definition = actionDefinition(type);
  return {
    type,
    params: definition.params.parse({}),
    timeoutSeconds: definition.defaultTimeoutSeconds,
    onError: 'continue',
  };
}
