import type { ActionEffect } from '../../actions/action-definition.ts';
import { actionDefinition } from '../../actions/action-table.ts';
import { executorOn } from '../../actions/runbook-of.ts';
import { LIFT_STRATEGY } from '../../operation/time-limit.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Action, Component, DeclaredStrategy } from '../schema/schema.ts';
import { componentsOf } from './strategy-checks.ts';

/**
 * What a repair leaves behind on its hosts: a stopped service, an isolation or safe mode, its own or someone else's.
 */
export function checkLastingEffects({ components, strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap((indexed) => {
    const applicable = componentsOf(indexed.strategy, components).map(([, component]) => component);
    return [
      ...checkStopped(indexed, applicable),
      ...checkContainment(indexed),
      ...checkRelease(indexed, ['strategies', indexed.index, 'actions'], []),
      ...checkRelease(
        indexed,
        ['strategies', indexed.index, 'rollback', 'actions'],
        indexed.strategy.actions,
      ),
    ];
  });
}

const effectOf = ({ type, params }: Action): ActionEffect => actionDefinition(type).effect(params);

const RUNS: ReadonlySet<ActionEffect> = new Set(['starts', 'restarts', 'safe-mode', 'replaces']);
const BOOTS: ReadonlySet<ActionEffect> = new Set(['starts', 'replaces']);

const executorOf = ({ type }: Action) => executorOn(actionDefinition(type), 'host');
const isByAgent = (action: Action) => ['run_command', 'user_document'].includes(executorOf(action));
const stopsHosts = (action: Action) => effectOf(action) === 'stops' && executorOf(action) === 'resource';

/** What an action may stop, and what then runs it again: no agent answers on a host that is off. */
const STOPPED = [
  {
    what: 'the service',
    pronoun: 'it',
    isStop: (action: Action) => effectOf(action) === 'stops' && !stopsHosts(action),
    isStart: (action: Action) => RUNS.has(effectOf(action)),
    start: 'start_component',
  },
  {
    what: 'its hosts',
    pronoun: 'them',
    isStop: stopsHosts,
    isStart: (action: Action) => BOOTS.has(effectOf(action)) && !isByAgent(action),
    start: 'start_instance',
  },
] as const;

/** A repair that may count as good although its own action has left the service, or the hosts, stopped. */
function checkStopped(
  { index, strategy }: IndexedStrategy,
  components: readonly Component[],
): readonly Finding[] {
  const { id, actions } = strategy;
  return STOPPED.flatMap(({ what, pronoun, isStop, isStart, start }): readonly Finding[] => {
    const stop = actions.findLastIndex(isStop);
    if (stop === -1) return [];
    const starts = actions.flatMap((action, at) => (at > stop && isStart(action) ? [at] : []));
    const stopped: Omit<Finding, 'path' | 'message' | 'remedy'> = {
      severity: 'error',
      code: 'left-stopped',
      value: actions[stop]?.type,
    };
    const path = ['strategies', index, 'actions'];
    const last = starts.at(-1);
    if (last === undefined) {
      return [
        {
          ...stopped,
          path: [...path, stop, 'type'],
          message: `\`${id}\` leaves ${what} stopped: ${actions[stop]?.type} stops ${pronoun}, and no action after that starts ${pronoun}`,
          remedy: `Add \`- type: ${start}\` after it.`,
        },
      ];
    }
    if (starts.some((at) => actions[at]?.onError !== 'continue') || !mayAskAlarm(strategy, components))
      return [];
    return [
      {
        ...stopped,
        path: [...path, last, 'onError'],
        message: `\`${id}\` may leave ${what} stopped: ${actions[stop]?.type} stops ${pronoun}, a start that fails is ignored (onError: continue), and an alarm on a stopped service can be OK`,
        remedy: 'Write `onError: rollback` or `onError: abort`, or verify by endpoint or runbook.',
      },
    ];
  });
}

/** Whether an alarm alone may confirm that a repair held: without an endpoint, the alarm that fired does. */
function mayAskAlarm({ verify: { by } }: DeclaredStrategy, components: readonly Component[]): boolean {
  if (by !== undefined) return by === 'alarm';
  return components.some(({ health, alarms }) => health === undefined && Object.keys(alarms).length > 0);
}

const CONTAINMENTS = [
  {
    effect: 'isolates',
    code: 'left-isolated',
    released: (effect: ActionEffect) => effect === 'reconnects',
    release: 'restore_network',
    saidBy: 'maintain_isolation',
    state: 'its hosts isolated',
  },
  {
    effect: 'safe-mode',
    code: 'left-in-safe-mode',
    released: (_: ActionEffect, type: string) => type === 'leave_safe_mode',
    release: 'leave_safe_mode',
    saidBy: 'enter_safe_mode',
    state: 'the service in safe mode',
  },
  {
    effect: 'read-only',
    code: 'left-read-only',
    released: (_: ActionEffect, type: string) => type === 'resume_writes',
    release: 'resume_writes',
    saidBy: undefined,
    state: 'the database read-only',
  },
  {
    effect: 'drains',
    code: 'left-drained',
    released: (effect: ActionEffect) => effect === 'readmits',
    release: 'restore_target',
    saidBy: undefined,
    state: 'its hosts out of their load balancer',
  },
] as const;

/** A strategy that contains a fault without saying that this is its purpose. */
function checkContainment({ index, strategy }: IndexedStrategy): readonly Finding[] {
  const { id, actions, rollback } = strategy;
  return CONTAINMENTS.flatMap(({ effect, code, released, release, saidBy, state }): readonly Finding[] => {
    const begun = actions.findLastIndex((action) => effectOf(action) === effect);
    const ended = actions.findLastIndex((action) => released(effectOf(action), action.type));
    if (begun <= ended || rollback.onFailure === saidBy) return [];
    return [
      {
        severity: 'warning',
        code,
        path: ['strategies', index, 'actions', begun, 'type'],
        value: actions[begun]?.type,
        message: `\`${id}\` leaves ${state}, whether or not the repair succeeds: ${actions[begun]?.type} is not undone`,
        remedy:
          saidBy === undefined
            ? `Add \`- type: ${release}\`, unless a person is to do that.`
            : `If that is its purpose, say so with \`rollback: { onFailure: ${saidBy} }\`; else add \`- type: ${release}\`.`,
      },
    ];
  });
}

/**
 * An action that undoes something that the strategy has not done: it would lift what a person or another strategy did.
 */
function checkRelease(
  { strategy }: IndexedStrategy,
  path: DocumentPath,
  before: readonly Action[],
): readonly Finding[] {
  if (strategy.id === LIFT_STRATEGY) return [];
  const own = path.includes('rollback') ? strategy.rollback.actions : strategy.actions;
  return own.flatMap(({ type }, at): readonly Finding[] => {
    const containment = CONTAINMENTS.find(({ release }) => release === type);
    const earlier = [...before, ...own.slice(0, at)];
    if (!containment || earlier.some((action) => effectOf(action) === containment.effect)) return [];
    return [
      {
        severity: 'warning',
        code: 'nothing-to-take-back',
        path: [...path, at, 'type'],
        value: type,
        message: `\`${strategy.id}\` uses ${type}, and no action before it has left ${containment.state}: it can only lift what a person or another strategy has decided`,
        remedy: `Remove ${type}, unless that is what this strategy is for.`,
      },
    ];
  });
}
