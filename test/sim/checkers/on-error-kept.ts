import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';
import { layoutOf, plannedSteps } from './planned-steps.ts';

/** What strikes this long before a step's end may still keep the operation from continuing. */
const SHORTLY_MS = 60_000;

/**
 * 13. After an action that did not succeed, its `onError` decides: `continue` goes on, anything else begins no further
 * action and no verification.
 *
 * An operation need not continue where its time was over, its execution was stopped, one of its functions or calls was
 * struck or lacked a permission, a service was unavailable, or the action is `unknown` because its record was lost.
 */
export function onErrorKept(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const admitted = new Map(trace.of('admitted').map((each) => [each.operation.operationId, each]));
  return trace.of('step-ended').flatMap((ended) => {
    const { operationId, stepId, outcome, action } = ended.step;
    const begun = admitted.get(operationId);
    if (!stepId.startsWith('heal-') || outcome === 'SUCCEEDED' || action === 'unknown' || !begun) return [];
    // Nothing is left of its batch, or its gate is closed: `onError` does not apply.
    if (outcome === 'SKIPPED' || ended.step.failsAs === 'TooFewHealthyTargets') return [];
    // Its targets could not be laid out: no action can be carried out, whatever its `onError`.
    if (layoutOf(evidence, operationId)?.problem !== undefined) return [];
    const planned = plannedSteps(evidence, operationId, begun.grant.plan.strategy);
    // What someone else has changed meanwhile ends the operation.
    const isFinal = ended.step.failsAs === 'ChangedBySomeoneElse';
    const onError = isFinal ? 'abort' : planned.find((step) => step.stepId === stepId)?.action.onError;
    const next = nextBegun(trace, ended);
    const what = `${stepId} of ${operationId} ended as ${outcome}, on error ${onError}`;
    if (onError !== 'continue') return next === undefined ? [] : [`${what}, and ${next} was begun after it`];
    return next !== undefined || isKeptFromIt(trace, ended, begun) ? [] : [`${what}, and nothing followed`];
  });
}

const numberOf = (stepId: string) => Number(stepId.slice(stepId.indexOf('-') + 1));

/** A later action, or the verification. */
function nextBegun(trace: Evidence['trace'], { step, index }: Of<'step-ended'>): string | undefined {
  const later = trace.of('step-begun').find((each) => {
    const isLater =
      each.stepId.startsWith('verify-') ||
      (each.stepId.startsWith('heal-') && numberOf(each.stepId) > numberOf(step.stepId));
    return each.key.operationId === step.operationId && each.index > index && isLater;
  });
  return later?.stepId;
}

function isKeptFromIt(trace: Evidence['trace'], ended: Of<'step-ended'>, begun: Of<'admitted'>): boolean {
  const { operationId } = ended.step;
  const end = trace.of('concluded').find(({ conclusion }) => conclusion.operationId === operationId);
  const lateMs = begun.operation.deadlineMs - SKEW_MS;
  if (end === undefined || ended.atMs > lateMs) return true;
  // An outcome that comes after the repair was given up decides nothing.
  const isGivenUp = trace
    .of('rollback-prepared')
    .some((each) => each.operationId === operationId && each.index < ended.index);
  if (isGivenUp) return true;
  // The outcome was recorded in time, but passed on only when the time was over.
  const isAskedLate = trace
    .of('act-invoked')
    .some((each) => each.operationId === operationId && each.index > ended.index && each.atMs > lateMs);
  if (isAskedLate) return true;
  const untilMs = Math.min(end.atMs, ended.atMs + SHORTLY_MS);
  const isMeanwhile = ({ atMs }: { readonly atMs: number }) =>
    atMs >= ended.atMs - SHORTLY_MS && atMs <= untilMs;
  const isStopped = trace
    .of('stopped')
    .some((each) => each.execution === operationId && each.atMs <= end.atMs);
  const isOut = trace.of('outage').some((each) => each.atMs <= untilMs && each.untilMs >= ended.atMs);
  const isDenied = trace
    .of('denied')
    .some((each) => each.operationId === operationId && each.index > ended.index && each.atMs <= end.atMs);
  return (
    isStopped ||
    isOut ||
    isDenied ||
    trace
      .of('fault')
      .filter(isMeanwhile)
      .some(({ id, fault }) => id.includes(operationId) && !/^(runbook|agent|host)-/.test(fault))
  );
}
