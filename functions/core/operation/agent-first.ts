import { isAgentFirst } from '../actions/isolation-way.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { StepId } from './operation.ts';
import { stepNumber, stepPhase } from './operation.ts';

/** How long an agent may take to fetch its command, before it is left to security groups. */
export const FETCH_SECONDS = 30;
/** What Systems Manager may take to say that a command was not fetched. */
const VERDICT_SECONDS = 15;

/**
 * An isolation `by: agent_first` is two actions: the agents’, whose failure stops nothing, and then its own, by security
 * groups on what the agents have provably not done. Each has its record, and its undo. Where the first of the two is
 * there already, it stays the only one.
 */
export function withAgentsFirst(actions: readonly Action[]): readonly Action[] {
  return actions.flatMap((action, index) => {
    if (!fallsBack(action)) return [action];
    const first = byAgents(action);
    return isSame(actions[index - 1], first) ? [action] : [first, action];
  });
}

function byAgents(action: Action): Action {
  const { securityGroup: _, ...params } = action.params;
  return { ...action, params: { ...params, by: 'agent' }, onError: 'continue' };
}

const isSame = (one: Action | undefined, other: Action): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Whether an action does with security groups what the agents, in the step before, have not done. */
export function fallsBack({ type, params }: Pick<Action, 'type' | 'params'>): boolean {
  return type === 'isolate_network' && isAgentFirst(params);
}

/** The step by agents of a step that falls back. */
export function agentsStep(stepId: StepId): StepId {
  return `${stepPhase(stepId)}-${stepNumber(stepId) - 1}`;
}

/** Whether what an action does not do is left to the next one. */
export function hasFallback(actions: readonly Action[], action: Action): boolean {
  const next = actions[actions.indexOf(action) + 1];
  return next !== undefined && fallsBack(next) && action.type === next.type;
}

/**
 * By when a step should have ended. One with a fallback waits for what Systems Manager says of a command that was not
 * fetched: cancelled before, it would be in doubt.
 */
export function stepSeconds({ timeoutSeconds }: Pick<Action, 'timeoutSeconds'>, isBackedUp: boolean): number {
  return timeoutSeconds + (isBackedUp ? FETCH_SECONDS + VERDICT_SECONDS : 0);
}
