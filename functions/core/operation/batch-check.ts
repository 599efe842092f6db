import type { Component, DeclaredStrategy } from '../configuration/schema/schema.ts';
import { isVerifiedInGroup } from '../verification/verifier.ts';
import { isDoneOnEach } from './action-effects.ts';

type Checked = Pick<DeclaredStrategy, 'actions' | 'verify'>;

/** Whether each batch ends by being put back into its load balancer, which waits until its hosts are healthy there. */
export function isReadmitted({ actions }: Pick<Checked, 'actions'>): boolean {
  return actions.findLast(isDoneOnEach)?.type === 'restore_target';
}

/**
 * Whether the check of a batch reads the target group of its hosts: repairs are verified by that, and nothing on the hosts
 * would say more than that they are online.
 */
export function isCheckedInGroup(strategy: Checked, component: Component): boolean {
  return (
    component.service === undefined &&
    strategy.actions.some(isDoneOnEach) &&
    !isReadmitted(strategy) &&
    isVerifiedInGroup(strategy, component)
  );
}
