import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';
import { plannedSteps } from './planned-steps.ts';

/** Whoever was to go on may have been kept from it by something that struck shortly before the step's end. */
const SHORTLY_MS = 60_000;

/**
 * 13. After an action that did not succeed, its `onError` decides: `continue` goes on, anything else begins no further
 * action and no verification.
 *
 * Going on is let off where the repair's time was over, where the operation's execution was stopped, one of its
 * functions or calls was struck or a service was out, and where the action was lost before anybody learnt what it was (`unknown`).
 */
export function onErrorKept(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const admitted = new Map(trace.of('admitted').map((each) => [each.operation.operationId, each]));
  return trace.of('step-ended').flatMap((ended) => {
    const { operationId, stepId, outcome, action } = ended.step;
    const begun = admitted.get(operationId);
    if (!stepId.startsWith('heal-') || outcome === 'SUCCEEDED' || action === 'unknown' || !begun) return [];
    // Nothing is left of its batch, or nothing may be touched: what the action says does not matter.
    if (outcome === 'SKIPPED' || ended.step.failsAs === 'TooFewHealthyTargets') return [];
    const planned = plannedSteps(evidence, operationId, begun.grant.plan.strategy);
    const onError = planned.find((step) => step.stepId === stepId)?.action.onError;
    const next = nextBegun(trace, ended);
    const what = `${stepId} of ${operationId} ended as ${outcome}, on error ${onError}`;
    if (onError !== 'continue') return next === undefined ? [] : [`${what}, and ${next} was begun after it`];
    return next !== undefined || isKeptFromIt(trace, ended, begun) ? [] : [`${what}, and nothing followed`];
  });
}

const numberOf = (stepId: string) => Number(stepId.slice(stepId.indexOf('-') + 1));

/** An action later in the plan, or the verification. */
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
  // What a step came to after its repair was given up decides nothing any more.
  const isGivenUp = trace
    .of('rollback-begun')
    .some((each) => each.operationId === operationId && each.index < ended.index);
  if (isGivenUp) return true;
  // The outcome was on record in time, and handed on only when the time was over.
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
  return (
    isStopped ||
    isOut ||
    trace
      .of('fault')
      .filter(isMeanwhile)
      .some(({ id, fault }) => id.includes(operationId) && !/^(runbook|agent|host)-/.test(fault))
  );
}
