import { type ActionType, actionDefinition } from '../actions/action-table.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import { isDoneOnEach, replaces, takesDown } from './action-effects.ts';
import { containmentOf } from './containment.ts';

/** Whether a repair takes its targets out of their load balancer first. */
function drains(actions: readonly Pick<Action, 'type'>[]): boolean {
  return actions.some(({ type }) => type === 'drain_target');
}

/** Whether a repair takes its targets out of their load balancer: it drains them, or has others take their place. */
export function leavesBalancer(actions: readonly Action[]): boolean {
  return drains(actions) || replaces(actions);
}

/**
 * A strategy's actions on a component, with what the component's target group asks for: a repair that takes targets down
 * itself first drains them, and ends by putting it back. One that says itself when it drains is left as it is, and so is one
 * that contains a fault, since what it leaves behind could not serve, and one that replaces targets, since Auto Scaling
 * drains those itself.
 */
export function withDraining<Step extends Action>(
  actions: readonly Step[],
  { targetGroup }: Pick<Component, 'targetGroup'>,
): readonly (Step | Action)[] {
  const isTakenDown = actions.some((action) => isDoneOnEach(action) && takesDown(action));
  const isDrained = targetGroup !== undefined && isTakenDown && !leavesBalancer(actions);
  if (!isDrained || containmentOf(actions) !== undefined) return actions;
  const first = actions.findIndex(isDoneOnEach);
  const last = actions.findLastIndex(isDoneOnEach);
  return [
    ...actions.slice(0, first),
    byDefault('drain_target'),
    ...actions.slice(first, last + 1),
    byDefault('restore_target'),
    ...actions.slice(last + 1),
  ];
}

function byDefault(type: ActionType): Action {
  const { params, defaultTimeoutSeconds: timeoutSeconds } = actionDefinition(type);
  return { type, params: params.parse({}), timeoutSeconds, onError: 'abort' };
}
