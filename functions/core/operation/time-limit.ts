import { actionDefinition } from '../actions/action-table.ts';
import { isAgentFirst, mayUseGroups } from '../actions/isolation-way.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { leftIsolated } from '../issue/left-isolated.ts';
import type { Operation, StepRecord } from './operation.ts';

/** What happens to an isolation at its time limit. */
export const AFTER_LIMIT = ['remind', 'lift'] as const;

/** When the isolation that an operation has made and left is over, or people are reminded of it. */
export interface TimeLimit {
  readonly component: string;
  /** Ids of the instances that are isolated, sorted. */
  readonly targets: readonly string[];
  /** Of the next reminder, or of the next try to lift it. */
  readonly dueAtMs: number;
  readonly limitSeconds: number;
  readonly afterLimit: (typeof AFTER_LIMIT)[number];
}

/** The strategy that lifts isolations at their time limit. */
export const LIFT_STRATEGY = 'lift-isolation';
/** What signals of a time limit are about. */
export const LIMIT_METRIC = 'isolation_limit';

/** The last isolation of a strategy, if it has a time limit. */
export function limitedIsolation(actions: readonly Action[]): Action | undefined {
  return actions.findLast(
    ({ type, params }) => type === 'isolate_network' && params['limitSeconds'] !== undefined,
  );
}

/**
 * The time limit of what an operation leaves isolated. Hosts that an earlier operation has isolated keep the limit of that.
 *
 * @param limits those that are on record
 */
export function timeLimitOf(
  { actions }: Pick<Strategy, 'actions'>,
  { operationId, component }: Pick<Operation, 'operationId' | 'component'>,
  steps: readonly StepRecord[],
  limits: Readonly<Record<string, TimeLimit>>,
  nowMs: number,
): TimeLimit | undefined {
  const isolation = limitedIsolation(actions);
  if (isolation === undefined) return undefined;
  const known = Object.entries(limits).flatMap(([id, limit]) =>
    id !== operationId && limit.component === component ? limit.targets : [],
  );
  const targets = leftIsolated(steps).filter((id) => !known.includes(id));
  if (targets.length === 0) return undefined;
  const limitSeconds = Number(isolation.params['limitSeconds']);
  const afterLimit = isolation.params['afterLimit'] === 'lift' ? 'lift' : 'remind';
  return { component, targets, dueAtMs: nowMs + limitSeconds * 1_000, limitSeconds, afterLimit };
}

/** Whether an operation has let hosts back in, or seen that someone else had: there is nothing left to lift on them. */
export function isLifted(steps: readonly StepRecord[]): boolean {
  const restores = steps.filter(({ action }) => action === 'restore_network');
  return (
    restores.length > 0 &&
    restores.every(
      ({ outcome, failsAs }) =>
        outcome === 'SUCCEEDED' || outcome === 'SKIPPED' || failsAs === 'ChangedBySomeoneElse',
    )
  );
}

/** A time limit without the hosts that were let back in; `undefined` if none is left. */
export function withoutTargets(limit: TimeLimit, lifted: readonly string[]): TimeLimit | undefined {
  const targets = limit.targets.filter((id) => !lifted.includes(id));
  return targets.length === 0 ? undefined : { ...limit, targets };
}

/**
 * What lifts the isolations of some strategies, in each way in which they are made. It ends as soon as something cannot
 * be lifted, and is verified as a repair is: a component that is not healthy once it is reachable again calls a person.
 */
export function liftingActions(isolations: readonly Action[]): readonly Action[] {
  const groups = isolations.some(({ params }) => mayUseGroups(params));
  const agents = isolations.some(({ params }) => !mayUseGroups(params) || isAgentFirst(params));
  return [
    ...(groups ? [action('restore_network', { by: 'security_groups' })] : []),
    ...(agents ? [action('restore_network', { by: 'agent' })] : []),
    {
      ...action('notify_architect', { message: 'The isolation has reached its time limit and was lifted.' }),
      onError: 'continue',
    },
  ];
}

function action(type: Action['type'], params: Action['params']): Action {
  const definition = actionDefinition(type);
  return {
    type,
    params: definition.params.parse(params),
    timeoutSeconds: definition.defaultTimeoutSeconds,
    onError: 'abort',
  };
}
