import type { ActionEffect } from '../actions/action-definition.ts';
import { actionDefinition } from '../actions/action-table.ts';
import { DELIVERIES, type Delivery } from '../actions/deliveries.ts';
import type { ChangeKind, ChangeSource, ReversibleKind } from '../change/change-event.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import { scalingGroupOf, selectsHosts } from '../configuration/target-selector.ts';

/** Effects during which a target that was healthy does not serve, if only for a moment. */
const TAKES_DOWN: Readonly<Record<ActionEffect, boolean>> = {
  none: false,
  'changes-files': false,
  starts: false,
  stops: true,
  restarts: true,
  'safe-mode': true,
  'read-only': true,
  isolates: true,
  reconnects: false,
  drains: true,
  readmits: false,
  replaces: true,
};

/** Whether an action is done on targets; the others notify people. */
export function actsOnTargets({ type }: Pick<Action, 'type'>): boolean {
  return actionDefinition(type).targetKinds.length > 0;
}

function effectOf({ type, params }: Action): ActionEffect {
  return actionDefinition(type).effect(params);
}

/** Whether an action does anything to what runs on a target. */
export function hasEffect({ type, params }: Pick<Action, 'type' | 'params'>): boolean {
  return actionDefinition(type).effect(params) !== 'none';
}

/** Whether an action takes a healthy target out of service, if only for a moment. */
export function takesDown(action: Action): boolean {
  return TAKES_DOWN[effectOf(action)];
}

/** What is asked to do an action, for the component as a whole; `undefined` if it is done in another way. */
export function deliveryOf({ type, params }: Pick<Action, 'type' | 'params'>): Delivery | undefined {
  const definition = actionDefinition(type);
  return definition.executor === 'resource' ? definition.deliveredBy?.(params) : undefined;
}

/** Whether an action is done on what hosts are part of, or where releases come from, and so once in an operation. */
export function isDoneOnce(action: Pick<Action, 'type' | 'params'>): boolean {
  const definition = actionDefinition(action.type);
  if (definition.executor !== 'resource') return false;
  return (
    definition.inScalingGroup === 'group' ||
    definition.onBalancerOf?.includes('host') === true ||
    deliveryOf(action) !== undefined
  );
}

/**
 * What an action is done on once: the Auto Scaling group or the load balancer of hosts, or what delivers to the component;
 * `undefined` for any other action.
 */
export function sharedResource(
  action: Pick<Action, 'type' | 'params'>,
  component: Component,
): string | undefined {
  const delivery = deliveryOf(action);
  if (delivery !== undefined) return component[delivery];
  const { targets, loadBalancer } = component;
  if (!isDoneOnce(action) || !selectsHosts(targets)) return undefined;
  return needsScalingGroup(action) ? scalingGroupOf({ targets }) : loadBalancer;
}

/** Whether hosts must be chosen by their Auto Scaling group for an action to be done on them. */
export function needsScalingGroup({ type }: Pick<Action, 'type'>): boolean {
  const definition = actionDefinition(type);
  return definition.executor === 'resource' && definition.inScalingGroup !== undefined;
}

/** Whether an action is done to whole hosts, with all that runs on them: EC2 or Auto Scaling does it. */
export function isDoneToMachines(action: Pick<Action, 'type' | 'params'>): boolean {
  const definition = actionDefinition(action.type);
  return (
    definition.executor === 'resource' &&
    definition.targetKinds.includes('host') &&
    definition.onHosts === undefined &&
    hasEffect(action) &&
    !isAboutTraffic(action)
  );
}

/** Whether the actions end targets for others that take their place. */
export function replaces(actions: readonly Action[]): boolean {
  return actions.some((action) => effectOf(action) === 'replaces');
}

/** Whether an action is done batch by batch: on the targets themselves. */
export function isDoneOnEach(action: Pick<Action, 'type' | 'params'>): boolean {
  return actsOnTargets(action) && !isDoneOnce(action);
}

/** Whether an action is about how requests reach a target, and does nothing to the target itself. */
export function isAboutTraffic({ type, params }: Pick<Action, 'type' | 'params'>): boolean {
  const effect = actionDefinition(type).effect(params);
  return effect === 'drains' || effect === 'readmits';
}

/** Whether an action may roll back a change. One that is delivered goes back from what its own service has deployed. */
export function rollsChangeBack(
  action: Action,
  { kind, source }: { readonly kind: ChangeKind; readonly source: ChangeSource },
): boolean {
  const rolledBack = rolledBackKind(action);
  const delivery = deliveryOf(action);
  if (delivery !== undefined && DELIVERIES[delivery].source !== source) return false;
  return rolledBack === 'any' || rolledBack === kind;
}

/**
 * Whether an action rolls a change back for every component that it changed: it is handed the change, or has the service
 * go back that made it.
 */
export function rollsBackWhole(action: Action, { source }: { readonly source: ChangeSource }): boolean {
  const delivery = deliveryOf(action);
  return delivery === undefined ? rolledBackKind(action) === 'any' : DELIVERIES[delivery].source === source;
}

/** The kind of change that an action rolls back: `any` if it is handed the change, `undefined` if it rolls none back. */
export function rolledBackKind({ type, params }: Action): ReversibleKind | 'any' | undefined {
  return actionDefinition(type).rollsChangeBack?.(params);
}

/** Whether the actions leave their targets cut off from the network: a look on the host itself would not notice. */
export function leavesIsolated(actions: readonly Action[]): boolean {
  const last = actions.map(effectOf).findLast((effect) => effect === 'isolates' || effect === 'reconnects');
  return last === 'isolates';
}
