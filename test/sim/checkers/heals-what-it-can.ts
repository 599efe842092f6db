import { leavesIsolated } from '../../../functions/core/operation/action-effects.ts';
import { containmentOf } from '../../../functions/core/operation/containment.ts';
import type { Verifier } from '../../../functions/core/verification/verification.ts';
import { HOSTS_BY_TAG } from '../fleet/hosts.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { layoutOf, plannedSteps } from './planned-steps.ts';

/** A host may be away for so long after a fault; after it, nothing of the fault is left. */
const AFTERMATH_MS = 9 * 60_000;
/** What an action on one host, a step, and an operation as a whole may take besides what is waited for. */
const [HOST_MS, STEP_MS, OPERATION_MS] = [5_000, 2_000, 25_000];
/** An alarm is green within so long after its component is well. */
const ALARM_MS = 45_000;

/**
 * 12. What can be healed is healed, in time; what can't is given up in time.
 *
 * Held of operations that nothing disturbs, from long before their admission until their end: no fault, no deployment,
 * no new sickness of the component, and no change of its alarms but the one that its recovery makes. If an action of
 * the strategy cures the component, or it was well all along, the operation completes, with every action done once, in
 * order; else it fails. Let off are verifications by an alarm that may turn green too late, or was green all along.
 */
export function healsWhatItCan(evidence: Evidence): readonly string[] {
  const { trace, whenQuiet } = evidence;
  const ends = new Map(trace.of('concluded').map((end) => [end.conclusion.operationId, end]));
  return trace.of('admitted').flatMap((begun) => {
    const { operationId } = begun.operation;
    const end = ends.get(operationId);
    const untilMs = Math.min(end?.atMs ?? whenQuiet.atMs, whenQuiet.atMs);
    if (isDisturbed(evidence, begun, untilMs) || !isPlainToSee(evidence, begun)) return [];
    if (wouldIsolateTheLast(evidence, begun)) return [];
    const isCurable = canCure(evidence, begun);
    const mostMs = longest(evidence, begun, isCurable);
    const { strategyId, component } = begun.operation;
    const name = `${operationId}, ${strategyId} on ${component}, which nothing disturbed,`;
    if (untilMs - begun.atMs > mostMs)
      return [`${name} was not over in ${untilMs - begun.atMs} ms, ${mostMs} at most`];
    if (end === undefined || end.atMs > untilMs) return [];
    return [
      ...problemOfEnd(end, isCurable).map((problem) => `${name} ${problem}`),
      ...problemOfSteps(evidence, begun, isCurable).map((problem) => `${name} ${problem}`),
    ];
  });
}

function isDisturbed({ trace }: Evidence, begun: Of<'admitted'>, untilMs: number): boolean {
  const { component } = begun.operation;
  const isWithin = ({ atMs }: { readonly atMs: number }, sinceMs: number) =>
    atMs >= sinceMs && atMs <= untilMs;
  if (trace.of('fault').some((fault) => isWithin(fault, begun.atMs - AFTERMATH_MS))) return true;
  if (trace.of('deployed').some((each) => isWithin(each, begun.atMs))) return true;
  const isIsolation = ({ effect }: Of<'effect'>) =>
    effect.component === component &&
    effect.action === 'isolate_network' &&
    effect.operationId !== begun.operation.operationId;
  if (trace.of('effect').some((each) => isIsolation(each) && isWithin(each, begun.atMs - AFTERMATH_MS)))
    return true;
  let isSick = sicknessOf(trace, begun) !== undefined;
  return trace.all.slice(begun.index).some((each) => {
    if (each.atMs > untilMs || !('component' in each) || each.component !== component) return false;
    if (each.kind === 'well') isSick = false;
    return each.kind === 'sick' || (each.kind === 'alarm' && (each.state === 'ALARM' || isSick));
  });
}

/** What the component suffered from when the operation was admitted; `undefined`: from nothing. */
function sicknessOf(trace: Evidence['trace'], { operation, index }: Of<'admitted'>): Of<'sick'> | undefined {
  const isBefore = (each: Of<'sick' | 'well'>) =>
    each.component === operation.component && each.index < index;
  const sick = trace.of('sick').findLast(isBefore);
  const well = trace.of('well').findLast(isBefore);
  return (well?.index ?? -1) > (sick?.index ?? -1) ? undefined : sick;
}

function canCure({ trace }: Evidence, begun: Of<'admitted'>): boolean {
  const sickness = sicknessOf(trace, begun);
  const { actions } = begun.grant.plan.strategy;
  // To contain takes no cure.
  if (containmentOf(actions)) return true;
  return sickness === undefined || actions.some(({ type }) => sickness.curedBy.includes(type));
}

function verifierOf({ operation, grant: { plan } }: Of<'admitted'>): Verifier {
  if (containmentOf(plan.strategy.actions)) return 'runbook';
  const unsaid = plan.component.health ? 'endpoint' : operation.alert.alarmName ? 'alarm' : 'runbook';
  return plan.strategy.verify.by ?? unsaid;
}

/** Whether the verification can tell a component that is well from one that is not, within its time. */
function isPlainToSee({ trace }: Evidence, begun: Of<'admitted'>): boolean {
  if (verifierOf(begun) !== 'alarm') return true;
  const { alarmName } = begun.operation.alert;
  const alarm = trace.of('alarm').findLast(({ name, index }) => name === alarmName && index < begun.index);
  return begun.grant.plan.strategy.verify.timeoutSeconds * 1_000 > ALARM_MS && alarm?.state === 'ALARM';
}

/** What isolates all targets of a component that serves is stopped by its gate, and rightly so. */
function wouldIsolateTheLast(evidence: Evidence, { operation, grant }: Of<'admitted'>): boolean {
  const { batches = [] } = layoutOf(evidence, operation.operationId) ?? {};
  return batches.length > 1 && leavesIsolated(grant.plan.strategy.actions);
}

/** What the looks before the first batch, and before each, may take. */
const LOOK_MS = 5_000;

function longest(evidence: Evidence, begun: Of<'admitted'>, isCurable: boolean): number {
  const { strategy, component } = begun.grant.plan;
  const { actions, verify, rollback } = strategy;
  const hosts = 'instanceIds' in component.targets ? component.targets.instanceIds.length : HOSTS_BY_TAG;
  const planned = plannedSteps(evidence, begun.operation.operationId, strategy);
  const checks = planned.filter(({ isCheck }) => isCheck).length;
  // The last of them: safe mode.
  const steps = Math.max(planned.length, actions.length) + (isCurable ? 0 : rollback.actions.length + 1);
  const untilGoodMs = isCurable
    ? Number(verifierOf(begun) === 'alarm') * ALARM_MS
    : verify.timeoutSeconds * 1_000 + OPERATION_MS;
  const windowMs = (verify.settleSeconds + verify.stableSeconds) * 1_000;
  const batchesMs = (checks + 1) * (windowMs + LOOK_MS);
  return steps * (hosts * HOST_MS + STEP_MS) + windowMs + batchesMs + untilGoodMs + OPERATION_MS;
}

function problemOfEnd({ conclusion }: Of<'concluded'>, isCurable: boolean): readonly string[] {
  const { state, failure } = conclusion;
  if (state === (isCurable ? 'COMPLETED' : 'FAILED')) return [];
  const why = isCurable ? 'which can be cured' : 'which it cannot cure';
  return [`${why}, ended as ${state} ${failure?.cause ?? ''}`.trimEnd()];
}

function problemOfSteps(
  evidence: Evidence,
  { operation, grant }: Of<'admitted'>,
  isCurable: boolean,
): readonly string[] {
  const planned = plannedSteps(evidence, operation.operationId, grant.plan.strategy);
  // What can't be cured is noticed by the first check, if there are several batches.
  const upTo = isCurable ? -1 : planned.findIndex(({ isCheck }) => isCheck);
  const wanted = (upTo < 0 ? planned : planned.slice(0, upTo + 1))
    .map(({ action, isCheck }) => `${action.type} ${isCheck && !isCurable ? 'FAILED' : 'SUCCEEDED'}`)
    .join(', ');
  const done = evidence.trace
    .of('step-ended')
    .filter(({ step }) => step.operationId === operation.operationId && step.stepId.startsWith('heal-'))
    .map(({ step }) => `${step.action} ${step.outcome}`)
    .join(', ');
  return done === wanted ? [] : [`did ${done || 'nothing'}, not ${wanted}`];
}
