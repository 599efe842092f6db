import { type RolledBackChange, rolledBackChanges } from '../admission/records.ts';
import { type Evidence, troubleSinceMs } from '../diagnosis/evidence.ts';
import { type Change, heldUntilMs } from './change.ts';

/** A change in progress because of which nothing is healed. */
export interface Hold {
  readonly change: Change;
  /** When it ends at the latest, if the change's end is never reported. */
  readonly untilMs: number;
  /** Whether it is the alarmed component's own: its rollback is the one repair that may be done meanwhile. */
  readonly isOwn: boolean;
}

/**
 * The change that holds healing back. One of the component itself always does, even if the trouble began before: it may
 * be the remedy. One of a dependency does if it may explain the trouble. What Selfheal does itself holds nothing back, nor
 * does a change that it has rolled back.
 */
export function holdOf(evidence: Evidence): Hold | undefined {
  const [own] = evidence.components;
  const onset = troubleSinceMs(evidence);
  const open = evidence.components.flatMap((component) =>
    (component.changes ?? [])
      .filter(({ status, operationId }) => status === 'IN_PROGRESS' && operationId === undefined)
      .filter(({ rolledBackFor }) => rolledBackFor === undefined)
      .filter(({ startedAtMs }) => component === own || startedAtMs <= onset)
      .filter((change) => !rolledBackChanges(component.rolledBack).some((each) => isSame(change, each)))
      .map((change) => ({
        change,
        untilMs: heldUntilMs(change, (component.watched?.holdMs ?? 0) / 1_000),
        isOwn: component === own,
      })),
  );
  return open.at(0);
}

function isSame({ source, changeId, startedAtMs }: Change, rolledBack: RolledBackChange): boolean {
  return (
    source === rolledBack.source &&
    changeId === rolledBack.changeId &&
    startedAtMs <= rolledBack.startedUpToMs
  );
}
