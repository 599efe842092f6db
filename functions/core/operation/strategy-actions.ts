import type { Action } from '../configuration/schema/action-schema.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import { targetKindOf } from '../configuration/target-selector.ts';
import { withDraining } from './draining.ts';

/** A strategy's actions on a component, with what follows from the component. */
export function actionsOn<Step extends Action>(
  actions: readonly Step[],
  component: Pick<Component, 'targetGroup' | 'targets'>,
): readonly (Step | Action)[] {
  return withCopyInstances(withDraining(actions, component), component);
}

/**
 * RDS restores a snapshot of a cluster to a cluster without instances, and takes an instance for it only when that is
 * available. So the restore of one is two steps, each with its record. Where the second follows already, it stays the only one.
 */
function withCopyInstances<Step extends Action>(
  actions: readonly Step[],
  { targets }: Pick<Component, 'targets'>,
): readonly (Step | Action)[] {
  if (targetKindOf(targets) !== 'db_cluster') return actions;
  return actions.flatMap((action, index): readonly (Step | Action)[] => {
    if (!isRestore(action, 'do') || isRestore(actions[index + 1], 'instance')) return [action];
    return [action, { ...action, params: { ...action.params, phase: 'instance' } }];
  });
}

function isRestore(action: Action | undefined, phase: 'do' | 'instance'): boolean {
  return action?.type === 'restore_snapshot' && action.params['phase'] === phase;
}
