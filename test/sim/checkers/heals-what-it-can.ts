import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { mayUseGroups } from '../../../functions/core/actions/isolation-way.ts';
import type { Action } from '../../../functions/core/configuration/schema/action-schema.ts';
import { leavesIsolated, replaces } from '../../../functions/core/operation/action-effects.ts';
import { containmentOf } from '../../../functions/core/operation/containment.ts';
import { minimumHealthy } from '../../../functions/core/operation/gate.ts';
import type { Verifier } from '../../../functions/core/verification/verification.ts';
import { usualVerifier } from '../../../functions/core/verification/verifier.ts';
import { hostCount } from '../fleet/hosts.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { layoutOf, plannedSteps } from './planned-steps.ts';
import { healthChanges, type Patients, sicknessBefore } from './sickness.ts';

/** How long a host may be away after a fault. Then nothing of it is left, but for what says how long it lasts. */
const AFTERMATH_MS = 9 * 60_000;
/** What an action on one host, a step, and an operation may take, apart from configured waits. */
const [HOST_MS, STEP_MS, OPERATION_MS] = [5_000, 2_000, 25_000];
/** What an action by a service of AWS may take: a minute in its service, and a round of the reconciler. */
const RESOURCE_MS = 150_000;
/** How long an alarm takes to turn green after its component has recovered. */
const ALARM_MS = 45_000;

/**
 * 12. What can be healed is healed in time; what cannot is given up in time.
 *
 * Checked for operations that nothing disturbs, from long before their admission until their end: no fault, no
 * deployment, no new incident of the component, and no change of its alarms except by its recovery. If an action of the
 * strategy cures the component, or it was healthy all along, the operation completes, with every action done once and
 * in order; otherwise it fails. Verifications by an alarm that may turn green too late, or was green all along, are
 * exempt.
 */
export function healsWhatItCan(evidence: Evidence): readonly string[] {
  const { trace, whenQuiet } = evidence;
  const ends = new Map(trace.of('concluded').map((end) => [end.conclusion.operationId, end]));
  return trace.of('admitted').flatMap((begun) => {
    const { operationId } = begun.operation;
    const end = ends.get(operationId);
    const untilMs = Math.min(end?.atMs ?? whenQuiet.atMs, whenQuiet.atMs);
    if (isDisturbed(evidence, begun, untilMs) || !isPlainToSee(evidence, begun)) return [];
    if (wouldIsolateTheLast(evidence, begun) || wouldTakeTheLastDown(evidence, begun)) return [];
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
  const lackedSince = begun.atMs - AFTERMATH_MS;
  if (trace.of('revoked').some((each) => each.atMs <= untilMs && each.untilMs >= lackedSince)) return true;
  if (trace.of('deployed').some((each) => isWithin(each, begun.atMs))) return true;
  if (hasJustFailedOver(trace, component, begun.atMs, untilMs) || isUnreleased(trace, begun)) return true;
  // What it depends on is broken, or was when its alarm rang: whether it looks healthy depends on that.
  const isOfDependency = (each: Of<'suffering' | 'relieved'>) =>
    each.component === component && isWithin(each, begun.atMs - AFTERMATH_MS);
  if (suffersAt(trace, component, begun.index) || trace.of('suffering').some(isOfDependency)) return true;
  if (trace.of('relieved').some(isOfDependency)) return true;
  if (trace.of('passed').some((each) => each.component === component && isWithin(each, begun.atMs)))
    return true;
  const isIsolation = ({ effect }: Of<'effect'>) =>
    effect.component === component &&
    effect.action === 'isolate_network' &&
    effect.operationId !== begun.operation.operationId;
  const isLetIn = ({ index, effect }: Of<'effect'>) =>
    trace
      .of('effect')
      .some(
        (each) =>
          each.index > index &&
          each.atMs < begun.atMs - AFTERMATH_MS &&
          each.effect.action === 'restore_network' &&
          each.effect.instanceId === effect.instanceId,
      );
  // While its host is cut off, nothing can be seen to recover.
  if (trace.of('effect').some((each) => isIsolation(each) && each.atMs <= untilMs && !isLetIn(each)))
    return true;
  const changes = healthChanges(trace, patientsOf(begun));
  return trace.all.slice(begun.index).some((each) => {
    if (each.atMs > untilMs || !('component' in each) || each.component !== component) return false;
    const isSick = sicknessBefore(changes, each.index) !== undefined;
    return each.kind === 'sick' || (each.kind === 'alarm' && (each.state === 'ALARM' || isSick));
  });
}

/** RDS takes no failover so soon after another. */
const FAILOVER_RESTS_MS = 12 * 60_000;

function hasJustFailedOver(
  trace: Evidence['trace'],
  component: string,
  begunMs: number,
  untilMs: number,
): boolean {
  const isOne = (each: Of<'set' | 'set-by-others'>) =>
    each.component === component &&
    (each.setting === 'primary' || each.setting === 'class') &&
    each.atMs >= begunMs - FAILOVER_RESTS_MS &&
    each.atMs <= untilMs;
  return (
    trace.of('set').some((each) => isOne(each) && each.atMs < begunMs) ||
    trace.of('set-by-others').some(isOne)
  );
}

/**
 * A function gets no other size where its newest code is not served: since its alias was rolled back, or someone else has
 * uploaded code and not released it.
 */
function isUnreleased(trace: Evidence['trace'], { operation, grant, index }: Of<'admitted'>): boolean {
  const isSized = grant.plan.strategy.actions.some(({ type }) => type === 'increase_resources');
  const isRollback = (each: Of<'set'>) =>
    each.component === operation.component &&
    each.setting === 'alias' &&
    each.action === 'rollback_deployment' &&
    each.index < index;
  const isUpload = (each: Of<'others-refused'>) =>
    each.component === operation.component && each.index < index;
  return isSized && (trace.of('set').some(isRollback) || trace.of('others-refused').some(isUpload));
}

function suffersAt(trace: Evidence['trace'], component: string, index: number): boolean {
  const count = (kind: 'suffering' | 'relieved') =>
    trace.of(kind).filter((each) => each.component === component && each.index < index).length;
  return count('suffering') > count('relieved');
}

function patientsOf({ operation: { component, alert } }: Of<'admitted'>): Patients {
  return { component, targets: alert.targets };
}

function canCure({ trace }: Evidence, begun: Of<'admitted'>): boolean {
  const sickness = sicknessBefore(healthChanges(trace, patientsOf(begun)), begun.index);
  const { actions } = begun.grant.plan.strategy;
  // Containment cures nothing.
  if (containmentOf(actions)) return true;
  if (sickness === undefined || actions.some(({ type }) => sickness.curedBy.includes(type))) return true;
  return sickness.instanceIds !== undefined && replaces(actions);
}

function verifierOf({ operation, grant: { plan } }: Of<'admitted'>): Verifier {
  if (containmentOf(plan.strategy.actions)) return 'runbook';
  return plan.strategy.verify.by ?? usualVerifier(plan.component, operation);
}

/** Whether the verification can tell a healthy component from a broken one within its time-out. */
function isPlainToSee({ trace }: Evidence, begun: Of<'admitted'>): boolean {
  // What AWS says of a resource is true of the resource, and not of what runs on it.
  if (verifierOf(begun) === 'resource') return false;
  if (verifierOf(begun) !== 'alarm') return true;
  const { alarmName, targets } = begun.operation.alert;
  const before = trace.of('alarm').filter(({ name, index }) => name === alarmName && index < begun.index);
  const isRed = (target?: string) =>
    before.findLast(({ instanceId }) => instanceId === undefined || instanceId === target)?.state === 'ALARM';
  const isRedForAll = targets.length === 0 ? isRed() : targets.every(isRed);
  return begun.grant.plan.strategy.verify.timeoutSeconds * 1_000 > ALARM_MS && isRedForAll;
}

/** A strategy that would isolate all targets of a component is stopped by its gate, and rightly so. */
function wouldIsolateTheLast(evidence: Evidence, { operation, grant }: Of<'admitted'>): boolean {
  const { batches = [] } = layoutOf(evidence, operation.operationId) ?? {};
  return batches.length > 1 && leavesIsolated(grant.plan.strategy.actions);
}

/**
 * Some of its targets have recovered since the alarm rang, and they come first: the gate stays closed until others can
 * serve in their place.
 */
function wouldTakeTheLastDown(evidence: Evidence, { operation, grant, index }: Of<'admitted'>): boolean {
  const { component } = operation;
  const { batches: [first = [], ...rest] = [] } = layoutOf(evidence, operation.operationId) ?? {};
  const isWell = (target: string) =>
    sicknessBefore(healthChanges(evidence.trace, { component, targets: [target] }), index) === undefined;
  const others = rest.flat();
  const needed = minimumHealthy(grant.plan.component, first.length + others.length);
  return first.some(isWell) && others.filter(isWell).length < needed;
}

/** What the looks before the first batch, and before each batch, may take. */
const LOOK_MS = 5_000;

function longest(evidence: Evidence, begun: Of<'admitted'>, isCurable: boolean): number {
  const { strategy, component } = begun.grant.plan;
  const { actions, verify, rollback } = strategy;
  const hosts = hostCount(component);
  const planned = plannedSteps(evidence, begun.operation.operationId, strategy);
  const checks = planned.filter(({ isCheck }) => isCheck).length;
  // The last of them: safe mode.
  const steps = Math.max(planned.length, actions.length) + (isCurable ? 0 : rollback.actions.length + 1);
  const untilGoodMs = isCurable
    ? Number(verifierOf(begun) === 'alarm') * ALARM_MS
    : verify.timeoutSeconds * 1_000 + OPERATION_MS;
  const windowMs = (verify.settleSeconds + verify.stableSeconds) * 1_000;
  const batchesMs = (checks + 1) * (windowMs + LOOK_MS);
  const hostMs = hosts * HOST_MS + STEP_MS;
  const byServices = hosts === 0 ? steps : planned.filter(({ action }) => isDoneByService(action)).length;
  return (
    byServices * RESOURCE_MS +
    (steps - byServices) * hostMs +
    windowMs +
    batchesMs +
    untilGoodMs +
    OPERATION_MS
  );
}

/** Whether AWS does it to a host, whose agent has no part in it. */
function isDoneByService({ type, params }: Action): boolean {
  return actionDefinition(type).executor === 'resource' || mayUseGroups(params);
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
  // A lift skips what nothing was isolated by.
  if (operation.alert.lifts !== undefined) return [];
  const planned = plannedSteps(evidence, operation.operationId, grant.plan.strategy);
  // With several batches, the first check notices what cannot be cured.
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
