import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { missingInPlan, notAsLaidOut } from './undo-plan.ts';

/** How often the state machine tries a state on the way to the end of an operation that failed. */
const TRIES = 9;
/** How often it tries one that lacks a permission. */
const TRIES_IF_DENIED = 3;

/**
 * 8. A failed operation has attempted every step of its rollback plan and has escalated.
 *
 * Attempted: its Lambda was asked for the step, just as it was laid out. Three kinds of operation can't have: those whose
 * undoing execution really was stopped, or struck until it died; those whose plan could not be made in all its tries, or
 * for a missing permission; and repairs that nobody was permitted to verify, which stay. All must have said so. What the plan has to hold is worked out anew, from what hosts really did by then.
 */
export function rolledBackAndEscalated(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const invoked = new Set(
    trace.of('act-invoked').map(({ operationId, stepId }) => `${operationId} ${stepId}`),
  );
  return trace
    .of('concluded')
    .filter(({ conclusion }) => conclusion.state === 'FAILED')
    .flatMap((end) => {
      const { operationId } = end.conclusion;
      if (!wasTold(evidence, end)) return [`${operationId} failed, and nobody was told before its end`];
      const begun = trace.of('rollback-begun').find((each) => each.operationId === operationId);
      const missing = begun ? missingInPlan(evidence, begun) : [];
      const found = [
        ...missing.map((what) => `${operationId} laid out no undo step for ${what}`),
        ...(begun ? notAsLaidOut(evidence, begun) : []),
      ];
      if (wasCutShort(evidence, end) || couldNotPrepare(evidence, end) || isUnverified(evidence, end))
        return found;
      if (begun === undefined) return [`${operationId} failed, and its rollback was never begun`];
      const untried = begun.steps.filter(({ stepId }) => !invoked.has(`${operationId} ${stepId}`));
      return [
        ...found,
        ...untried.map(
          ({ stepId, action }) => `${operationId} failed, and ${stepId} ${action.type} was never tried`,
        ),
      ];
    });
}

function wasTold({ trace }: Evidence, { conclusion, index }: Of<'concluded'>): boolean {
  return trace
    .of('told')
    .some(
      ({ notification: { topic, body }, index: at }) =>
        topic === 'architect' && body['operationId'] === conclusion.operationId && at < index,
    );
}

/** The execution that undoes was stopped or died of all that struck it, and people were told so. */
function wasCutShort({ trace }: Evidence, { conclusion, index }: Of<'concluded'>): boolean {
  const { operationId, failure } = conclusion;
  if (failure?.cause.startsWith('rollback did not finish') !== true) return false;
  const undoing = `${operationId}-undo`;
  if (trace.of('stopped').some((each) => each.execution === undoing && each.index < index)) return true;
  const struck = trace.of('fault').filter((each) => each.index < index && each.id.includes(operationId));
  return ['selfheal-escalate', 'selfheal-conclude'].some(
    (name) => struck.filter(({ id }) => id.includes(`@ ${name} `)).length >= TRIES,
  );
}

/** All tries at laying out the plan, or at learning it, failed, and people were told that it was not followed. */
function couldNotPrepare(evidence: Evidence, end: Of<'concluded'>): boolean {
  const { trace, stepsOf } = evidence;
  const { operationId } = end.conclusion;
  const begun = trace.of('rollback-prepared').filter((each) => each.operationId === operationId).length;
  const prevented = trace
    .of('fault')
    .filter(({ id }) => id.includes(`selfheal-prepare-rollback ${operationId}`))
    .filter(({ fault }) => fault === 'invocation-throttled' || fault === 'invocation-crashed').length;
  const word = stepsOf.get(operationId)?.find(({ stepId }) => stepId === 'escalate-0')?.detail ?? '';
  const denied = deniedTo(evidence, 'selfheal-prepare-rollback', operationId);
  const isSpent = begun + prevented >= TRIES || denied >= TRIES_IF_DENIED;
  return isSpent && /No undo step was taken|Undo steps were not taken/.test(word);
}

/** A repair is not undone because nobody may look whether it held. */
function isUnverified(
  evidence: Evidence,
  { conclusion: { operationId, failure } }: Of<'concluded'>,
): boolean {
  return failure?.error === 'NotVerified' && deniedTo(evidence, 'selfheal-verify', operationId) > 0;
}

function deniedTo({ trace }: Evidence, functionName: string, operationId: string): number {
  return trace
    .of('denied')
    .filter((each) => each.functionName === functionName && each.operationId === operationId).length;
}
