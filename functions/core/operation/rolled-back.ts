import type { RolledBack, RolledBackChange } from '../admission/records.ts';
import { isReversible } from '../change/change-event.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { rolledBackKind, rollsBackWhole } from './action-effects.ts';
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
  const done = steps.flatMap(({ stepId, outcome, change }) => {
    const action = healStep(strategy, operation, stepId)?.action;
    const wasDone = change !== undefined || !LEFT_AS_IT_WAS.includes(outcome);
    const isLeft = action && wasDone && !undone.has(stepId) && rolledBackKind(action) !== undefined;
    return isLeft ? [action] : [];
  });
  return done.length === 0 ? undefined : rolledBackAs(done, operation);
}

/** What a component has had rolled back before stays so: else two changes would be rolled back again and again in turn. */
export function withEarlier(now: RolledBackChange, before: RolledBack | undefined): RolledBack {
  if (!before) return now;
  const { earlier = [], ...last } = before;
  return { ...now, earlier: [last, ...earlier].slice(0, REMEMBERED) };
}

/**
 * An action that is handed the suspected change, or has the service go back that made it, rolls that one back. The others
 * go back to what was there before, which may be another change than the one that the strategy was chosen for; a suspect
 * of another kind is still in effect.
 */
function rolledBackAs(
  done: readonly Action[],
  { alert: { change }, startedAtMs: operationMs }: Operation,
): RolledBackChange {
  const kinds = done.flatMap((action) => rolledBackKind(action) ?? []);
  const own = new Set(kinds.filter((kind) => kind !== 'any'));
  if (!change || !isReversible(change))
    return { startedUpToMs: operationMs, ...(!kinds.includes('any') && { kinds: [...own] }) };
  const { kind, source, changeId, resource, startedAtMs } = change;
  const whole = done.filter((action) => rollsBackWhole(action, change));
  const isWhole = whole.length > 0;
  if (!isWhole && !own.has(kind)) return { startedUpToMs: operationMs, kinds: [...own] };
  const others = [...own].filter((each) => each !== kind);
  return {
    startedUpToMs: others.length > 0 ? operationMs : startedAtMs,
    kinds: [kind, ...others],
    ...{ source, changeId },
    ...(whole.length === done.length && resource !== undefined && { resource }),
    ...(isWhole && { isWhole }),
  };
}
