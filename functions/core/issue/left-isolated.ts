import { ACTIONS } from '../actions/action-table.ts';
import type { StepRecord } from '../operation/operation.ts';

/** The hosts that an operation has cut off and not let back in, by the outcomes of its steps; without those that it has replaced. */
export function leftIsolated(steps: readonly StepRecord[]): readonly string[] {
  const isolated = new Set<string>();
  for (const { action, outcome, targets, replaced = {} } of steps.toSorted(
    (a, b) => a.startedAtMs - b.startedAtMs,
  )) {
    for (const target of Object.keys(replaced)) isolated.delete(target);
    if (outcome !== 'SUCCEEDED') continue;
    for (const target of targets) {
      if (action === ACTIONS.isolate_network.type) isolated.add(target);
      if (action === ACTIONS.restore_network.type) isolated.delete(target);
    }
  }
  return [...isolated].sort();
}
