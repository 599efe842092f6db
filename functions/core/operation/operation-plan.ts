import { createHash } from 'node:crypto';
import type { Component, Strategy } from '../configuration/schema/schema.ts';
import { actionsOn } from './strategy-actions.ts';

const ID_LENGTH = 32;

/**
 * What an operation was admitted under: its strategy, and its component as it was configured then. It is kept with the
 * operation, so that a deployment meanwhile changes nothing about what is done, how it is verified, and how it is undone.
 */
export interface OperationPlan {
  /** With what follows from the component, such as that its targets are drained where it names a target group. */
  readonly strategy: Strategy;
  /** Without its alarms: they start operations, and are of no use in carrying them out. */
  readonly component: Component;
}

export function planOf(strategy: Strategy, component: Component): OperationPlan {
  const actions = actionsOn(strategy.actions, component);
  return { strategy: { ...strategy, actions }, component: { ...component, alarms: {} } };
}

/** Named by its content: operations that were admitted under the same share it, and it never changes. */
export function planIdOf(plan: OperationPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, ID_LENGTH);
}
