import type { ActionEffect } from '../actions/action-definition.ts';
import { actionDefinition } from '../actions/action-table.ts';
import type { Action } from '../configuration/schema/action-schema.ts';

/** What a strategy contains a fault by, where it does not repair it. */
export const CONTAINMENTS = ['isolation', 'safe-mode'] as const;
export type Containment = (typeof CONTAINMENTS)[number];

const CONTAINS: Partial<Record<ActionEffect, Containment>> = {
  isolates: 'isolation',
  'safe-mode': 'safe-mode',
};
const LEAVES_SERVICES_ALONE: ReadonlySet<ActionEffect> = new Set([
  'none',
  'changes-files',
  'drains',
  'readmits',
]);

/**
 * A strategy's purpose follows from the last of its actions that does something to a service: `undefined` if that is not
 * to contain the fault, so that the component has to be healthy in the end.
 */
export function containmentOf(actions: readonly Pick<Action, 'type' | 'params'>[]): Containment | undefined {
  const effects = actions.map(({ type, params }) => actionDefinition(type).effect(params));
  const last = effects.findLast((effect) => !LEAVES_SERVICES_ALONE.has(effect));
  return last && CONTAINS[last];
}
