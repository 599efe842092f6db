import { type ActionType, actionDefinition } from '../actions/action-table.ts';
import type { Action } from '../configuration/action-schema.ts';
import type { Strategy } from '../configuration/strategy-schema.ts';
import type { PlannedStep, StepId, StepRecord } from './operation.ts';

/**
 * The undo steps of a failed operation, in order:
 * if the action that stopped it says `onError: rollback`, first the inverse of every action that was begun, last one
 * first, where it was sent to; then the strategy's own rollback actions; then safe mode, if that is how the plan ends.
 * A plan that maintains isolation never restores the network.
 *
 * Begun is enough: what failed on one host may have been done on others, and what could not be sent may have been sent
 * by a try before, whose end nobody saw. To take back what was never done changes nothing.
 *
 * @param steps the operation's records
 * @param pending the step that was begun last, on record or not
 */
export function rollbackPlan(
  strategy: Strategy,
  steps: readonly StepRecord[],
  pending: StepId | undefined,
): readonly PlannedStep[] {
  const { onFailure, actions } = strategy.rollback;
  const heals = strategy.actions.map((action, index): Attempt => {
    const stepId: StepId = `heal-${index}`;
    const record = steps.find((step) => step.stepId === stepId);
    return { action, record, isBegun: record !== undefined || stepId === pending };
  });
  const inverses = asksForInverses(heals)
    ? heals
        .filter(({ isBegun }) => isBegun)
        .toReversed()
        .flatMap(inverseOf)
    : [];
  const planned = [...inverses, ...actions.map((action): Undo => ({ action }))].filter(
    ({ action }) => !(onFailure === 'maintain_isolation' && action.type === 'restore_network'),
  );
  const endsInSafeMode = planned.some(({ action }) => action.type === 'enter_safe_mode');
  const undo =
    onFailure === 'enter_safe_mode' && !endsInSafeMode
      ? [...planned, { action: undoAction('enter_safe_mode') }]
      : planned;
  return undo.map((step, index) => ({ stepId: `rollback-${index}`, ...step }));
}

type Undo = Omit<PlannedStep, 'stepId'>;

interface Attempt {
  readonly action: Action;
  readonly record: StepRecord | undefined;
  readonly isBegun: boolean;
}

/**
 * Whether the action that stopped the repair asks for what was done before it to be taken back. It is the first one
 * that did not succeed and was not to be passed over, on record or not: one that was refused, or whose function broke,
 * never got a record.
 */
function asksForInverses(heals: readonly Attempt[]): boolean {
  const stopper = heals.find(({ action, record }) => {
    const outcome = record?.outcome;
    return outcome === undefined || (outcome !== 'SUCCEEDED' && action.onError !== 'continue');
  });
  return stopper?.action.onError === 'rollback';
}

function inverseOf({ action, record }: Attempt): readonly Undo[] {
  const { undo } = actionDefinition(action.type);
  if (undo === undefined) return [];
  const targets = record?.targets ?? [];
  return [{ action: undoAction(undo as ActionType), ...(targets.length > 0 && { targets }) }];
}

function undoAction(type: ActionType): Action {
  const definition = actionDefinition(type);
  return {
    type,
    params: definition.params.parse({}),
    timeoutSeconds: definition.defaultTimeoutSeconds,
    onError: 'continue',
  };
}
