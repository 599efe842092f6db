import { type ComponentRecord, rolledBackChanges } from '../admission/records.ts';
import type { Change } from './change.ts';

/**
 * A component's changes, those marked that Selfheal has rolled back for another component: one change may be of several, and
 * is rolled back once. What was undone on the other component alone says nothing.
 *
 * @param others records of other components
 */
export function withSharedRollbacks(
  changes: readonly Change[],
  others: readonly Pick<ComponentRecord, 'component' | 'rolledBack'>[],
): readonly Change[] {
  return changes.map((change) => {
    const by = others.find(({ rolledBack }) =>
      rolledBackChanges(rolledBack).some(
        (each) =>
          each.isWhole === true &&
          each.source === change.source &&
          each.changeId === change.changeId &&
          change.startedAtMs <= each.startedUpToMs,
      ),
    );
    return by ? { ...change, rolledBackFor: by.component } : change;
  });
}
