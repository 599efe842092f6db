import { ACTIONS } from '../actions/action-table.ts';
import type { StepRecord } from '../operation/operation.ts';

/** The hosts that an operation has cut off and not let back in, by the outcomes of its steps; without those that it has replaced. */
export function leftIsolated(steps: readonly StepRecord[]): readonly string[] {
  return stillCutOff(steps, ({ outcome }) => outcome === 'SUCCEEDED');
}

/**
 * The hosts that an operation may have cut off, and has not let back in: nobody knows how the isolation ended, or it failed
 * and may have been made in part.
 */
export function perhapsIsolated(steps: readonly StepRecord[]): readonly string[] {
  const isolated = leftIsolated(steps);
  return stillCutOff(steps, isInDoubt).filter((id) => !isolated.includes(id));
}

function stillCutOff(
  steps: readonly StepRecord[],
  cutsOff: (isolation: StepRecord) => boolean,
): readonly string[] {
  const isolated = new Set<string>();
  for (const step of steps.toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
    const { action, outcome, targets, replaced = {} } = step;
    for (const target of Object.keys(replaced)) isolated.delete(target);
    const isMade = action === ACTIONS.isolate_network.type && cutsOff(step);
    const isLifted = action === ACTIONS.restore_network.type && outcome === 'SUCCEEDED';
    for (const target of targets) {
      if (isMade) isolated.add(target);
      if (isLifted) isolated.delete(target);
    }
  }
  return [...isolated].sort();
}

/** One host that has refused is not isolated. Of several, it is not on record which have; nor of interfaces. */
function isInDoubt({ outcome, targets, change }: StepRecord): boolean {
  if (outcome === 'SUCCEEDED' || outcome === 'SKIPPED') return false;
  return outcome !== 'FAILED' || targets.length > 1 || change !== undefined;
}
