import { actionDefinition } from '../actions/action-table.ts';
import { isAgentFirst, mayUseGroups } from '../actions/isolation-way.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import { shortReason } from '../signal/event-values.ts';
import type { StepRecord } from './operation.ts';

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
  /** The operation whose records say how it was before. @default the one that the limit is kept under */
  readonly isolatedBy?: string;
  /** Operations that have changed the security groups of some of the hosts since, in that order. @default none */
  readonly isolatedAgainBy?: readonly string[];
  /** How often people have been reminded. @default 0 */
  readonly reminders?: number;
  /** How often its lift has been asked for. @default 0 */
  readonly asks?: number;
  /** The last look at the hosts. @default none yet */
  readonly look?: StandingLook;
}

/** A look at hosts that are to stay isolated, and what people know by it. */
export interface StandingLook {
  readonly atMs: number;
  /** The commands that their agents were sent, as long as nobody has read the answers. @default none */
  readonly commandIds?: readonly string[];
  /** How often each host was put back, as far as people were notified, by id. @default 0 each */
  readonly putBack?: Readonly<Record<string, number>>;
  /** Hosts with other rules than were loaded, of which people were notified. @default none */
  readonly changed?: readonly string[];
}

/** How often people are reminded of an isolation, before they are left alone with it. */
export const REMINDERS = 7;
const DAY_SECONDS = 86_400;

/** How long after a reminder the next one follows: as long as the limit is, but at least a day. */
export function reminderSeconds({ limitSeconds }: Pick<TimeLimit, 'limitSeconds'>): number {
  return Math.max(limitSeconds, DAY_SECONDS);
}

/** The strategy that lifts isolations at their time limit. */
export const LIFT_STRATEGY = 'lift-isolation';
/** What signals of a time limit are about. */
export const LIMIT_METRIC = 'isolation_limit';

/** The last isolation of a strategy. In plans that earlier releases have kept, it may have no time limit. */
export function limitedIsolation<Limited extends Pick<Action, 'type' | 'params'>>(
  actions: readonly Limited[],
): Limited | undefined {
  return actions.findLast(
    ({ type, params }) => type === 'isolate_network' && params['limitSeconds'] !== undefined,
  );
}

/** Whether an action isolates until a limit at which it is lifted. */
export function isLifting({ type, params }: Action): boolean {
  return (
    type === 'isolate_network' && params['limitSeconds'] !== undefined && params['afterLimit'] === 'lift'
  );
}

/** The ways in which isolations are undone: `by` of `restore_network`. */
export function waysBack(isolations: readonly Action[]): readonly ('security_groups' | 'agent')[] {
  const groups = isolations.some(({ params }) => mayUseGroups(params));
  const agents = isolations.some(({ params }) => !mayUseGroups(params) || isAgentFirst(params));
  return [...(groups ? ['security_groups' as const] : []), ...(agents ? ['agent' as const] : [])];
}

/**
 * What lifts the isolations of some strategies, in each way in which they are made. A host that cannot be let back in
 * keeps no other host waiting. It is verified as a repair is: a component that is not healthy once it is reachable again,
 * or a host that is not let back in, calls a person.
 */
export function liftingActions(isolations: readonly Action[]): readonly Action[] {
  return [
    ...waysBack(isolations).map((by) => action('restore_network', { by })),
    action('notify_architect', {
      message: 'The isolation has reached its time limit: each host that can be let back in was.',
    }),
  ];
}

/** Which steps of a lift have not let their hosts back in, or found them unhealthy, and why; `undefined` if none. */
export function notLifted(steps: readonly StepRecord[]): string | undefined {
  const failed = steps.filter(
    ({ action: type, failsAs, outcome }) =>
      (type === 'restore_network' || failsAs === 'BatchNotHealthy') &&
      outcome !== 'SUCCEEDED' &&
      outcome !== 'SKIPPED',
  );
  if (failed.length === 0) return undefined;
  const why = failed.map(({ stepId, detail = 'has not ended' }) => `${stepId} ${detail}`).join('; ');
  return shortReason(`not everything was lifted: ${why}`);
}

function action(type: Action['type'], params: Action['params']): Action {
  const definition = actionDefinition(type);
  return {
    type,
    params: definition.params.parse(params),
    timeoutSeconds: definition.defaultTimeoutSeconds,
    onError: 'continue',
  };
}
