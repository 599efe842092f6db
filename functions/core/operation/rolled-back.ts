import type { RolledBack, RolledBackChange } from '../admission/records.ts';
import { isReversible, type ReversibleKind } from '../change/change-event.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { rolledBackKind } from './action-effects.ts';
import { healStep } from './heal-steps.ts';
import type { Operation, StepRecord } from './operation.ts';

/** Outcomes after which nothing was done, unless a change is on record. */
const LEFT_AS_IT_WAS: readonly StepRecord['outcome'][] = ['FAILED', 'CANCELLED', 'SKIPPED'];

/** More than anybody deploys within the time in which a change is suspected. */
const REMEMBERED = 9;

/**
 * What an operation has rolled back for good: with a step that rolls a change back and was not undone. What may have been
 * done counts: what is no longer there must not be rolled back again.
 */
export function rolledBackBy(
  operation: Operation,
  strategy: Strategy,
  steps: readonly StepRecord[],
): RolledBackChange | undefined {
  const undone = new Set(
    (operation.undoSteps ?? [])
      .filter(({ stepId }) => steps.some((step) => step.stepId === stepId && step.outcome === 'SUCCEEDED'))
      .map(({ undoes }) => undoes),
  );
  const kinds = steps.flatMap(({ stepId, outcome, change }) => {
    const action = healStep(strategy, operation, stepId)?.action;
    const wasDone = change !== undefined || !LEFT_AS_IT_WAS.includes(outcome);
    const kind = action && wasDone && !undone.has(stepId) ? rolledBackKind(action) : undefined;
    return kind === undefined ? [] : [kind];
  });
  return kinds.length === 0 ? undefined : rolledBackAs(kinds, operation);
}

/** What a component has had rolled back before stays so: else two changes would be rolled back again and again in turn. */
export function withEarlier(now: RolledBackChange, before: RolledBack | undefined): RolledBack {
  if (!before) return now;
  const { earlier = [], ...last } = before;
  return { ...now, earlier: [last, ...earlier].slice(0, REMEMBERED) };
}

/**
 * An action that is handed the suspected change rolls that one back. The others go back to what was there before, which
 * may be another change than the one that the strategy was chosen for; a suspect of another kind is still in effect.
 */
function rolledBackAs(
  kinds: readonly (ReversibleKind | 'any')[],
  { alert: { change }, startedAtMs: operationMs }: Operation,
): RolledBackChange {
  const own = new Set(kinds.filter((kind) => kind !== 'any'));
  if (!change || !isReversible(change))
    return { startedUpToMs: operationMs, ...(!kinds.includes('any') && { kinds: [...own] }) };
  const { kind, source, changeId, resource, startedAtMs } = change;
  const isWhole = kinds.includes('any');
  if (!isWhole && !own.has(kind)) return { startedUpToMs: operationMs, kinds: [...own] };
  const others = [...own].filter((each) => each !== kind);
  return {
    startedUpToMs: others.length > 0 ? operationMs : startedAtMs,
    kinds: [kind, ...others],
    ...{ source, changeId },
    ...(own.size === 0 && resource !== undefined && { resource }),
    ...(isWhole && { isWhole }),
  };
}
