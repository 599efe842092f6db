import { describeDenial } from '../../../functions/core/denial.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { missingInPlan, notAsLaidOut } from './undo-plan.ts';

/** How often the state machine tries each state that ends a failed operation. */
const TRIES = 9;
/** How often it tries a state that lacks a permission. */
const TRIES_IF_DENIED = 3;

/**
 * 8. A failed operation has attempted every step of its rollback plan and has escalated.
 *
 * Attempted means that the step was invoked exactly as it was laid out. Three kinds of operation are exempt, if they
 * report it: those whose undoing execution was stopped, or hit by faults until it died; those whose plan could not be
 * made in all tries, or for a missing permission; and repairs that could not be verified for a missing permission, which
 * stay. The plan that is expected is derived from what hosts really did until then.
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
      if (!wasNotified(evidence, end))
        return [`${operationId} failed, and nobody was notified before its end`];
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

function wasNotified({ trace }: Evidence, { conclusion, index }: Of<'concluded'>): boolean {
  return trace
    .of('notified')
    .some(
      ({ notification: { topic, body }, index: at }) =>
        topic === 'architect' && body['operationId'] === conclusion.operationId && at < index,
    );
}

/** The undoing execution was stopped or died of faults, and people were notified. */
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

/** All tries to lay out or read the plan failed, and people were notified that it was not followed. */
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

/** A repair stays if a missing permission keeps the engine from verifying it. */
function isUnverified({ trace }: Evidence, { conclusion: { failure }, index }: Of<'concluded'>): boolean {
  if (failure?.error !== 'NotVerified') return false;
  return trace
    .of('denied')
    .some((each) => each.index < index && failure.cause.includes(describeDenial(each.denial)));
}

function deniedTo({ trace }: Evidence, functionName: string, operationId: string): number {
  return trace
    .of('denied')
    .filter((each) => each.functionName === functionName && each.operationId === operationId).length;
}
