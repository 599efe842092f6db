import { type ActionType, actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { actsOnTargets } from '../../../functions/core/operation/action-effects.ts';
import type { HealStep } from '../../../functions/core/operation/heal-steps.ts';
import type { PlannedStep } from '../../../functions/core/operation/operation.ts';
import type { HostEffect } from '../../../local/embedded/hosts/simulated-hosts.ts';
import { isResource } from '../fleet/hosts.ts';
import type { Of } from '../trace/trace.ts';
import { goneBefore } from './ends-its-own-part.ts';
import type { Evidence } from './evidence.ts';
import { batchLeft, layoutOf, plannedSteps, skippedOf } from './planned-steps.ts';

/** The plan is laid out once: every execution that continues it takes the same steps. */
export function notAsLaidOut(
  { trace }: Evidence,
  { operationId, steps }: Of<'rollback-begun'>,
): readonly string[] {
  const describe = ({ stepId, action, targets }: PlannedStep) =>
    `${stepId} ${action.type} on ${targets ?? 'all'}`;
  const laidOut = new Set(steps.map(describe));
  return trace
    .of('act-invoked')
    .filter((each) => each.operationId === operationId && each.stepId.startsWith('rollback-'))
    .filter(({ step }) => !laidOut.has(describe(step)))
    .map(({ step }) => `${operationId} tried ${describe(step)}, and not what was laid out`);
}

/** What the undo steps lack, by the strategy that the operation was admitted under. */
export function missingInPlan(evidence: Evidence, begun: Of<'rollback-begun'>): readonly string[] {
  const { trace } = evidence;
  const { operationId, steps } = begun;
  const admission = trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
  if (admission === undefined) return ['anything: it was never admitted'];
  // The plan was made at some point between these: only what is true at both ends is expected.
  const prepared = trace.of('rollback-prepared').filter((each) => each.operationId === operationId);
  const moments = [...prepared.map(({ index }) => index), begun.index].filter((at) => at <= begun.index);
  const laidOut = trace.of('laid-out').find((each) => each.operationId === operationId);
  if (laidOut !== undefined && laidOut.index > Math.min(...moments)) return [];
  const { strategy } = admission.grant.plan;
  const { onFailure, actions } = strategy.rollback;
  const isKept = (action: string) => onFailure !== 'maintain_isolation' || action !== 'restore_network';
  const layout = layoutOf(evidence, operationId);
  const left = batchLeft(evidence, operationId, begun.index);
  const skipped = skippedOf(evidence, operationId, begun.index);
  const toUndo = (layout?.batches[left ?? -1] ?? []).filter((id) => !skipped.has(id));
  // A step that was held up may find the gate closed once the rollback has begun.
  const isClosed = trace
    .of('step-ended')
    .some(
      ({ step, index }) =>
        step.operationId === operationId && step.failsAs === 'TooFewHealthyTargets' && index < begun.index,
    );
  const isUndone = layout === undefined ? isLaidOut(evidence, operationId) : toUndo.length > 0 && !isClosed;
  const own = actions
    .filter((action) => isUndone || !actsOnTargets(action))
    .map(({ type }) => type as string)
    .filter(isKept);
  const needsSafeMode = isUndone && onFailure === 'enter_safe_mode' && !own.includes('enter_safe_mode');
  // What undoes a certain step may stand among the inverses, and is not done twice.
  const ofSteps = new Set(steps.flatMap(({ action, undoes }) => (undoes ? [action.type as string] : [])));
  const rest = steps.flatMap(({ action, undoes }) => (undoes ? [] : [action.type as string]));
  const tail = (needsSafeMode ? [...own, 'enter_safe_mode'] : own).filter((type) => !ofSteps.has(type));
  const ends = rest.slice(rest.length - tail.length);
  const missing = ends.join() === tail.join() ? [] : [`the strategy's own plan, ${tail.join(', ')}`];

  const ofBatch = plannedSteps(evidence, operationId, strategy).filter(({ batch }) => batch === (left ?? 0));
  if (!isUndone || !moments.every((at) => asksForInverses(trace, ofBatch, operationId, at))) return missing;
  const undone = trace
    .of('effect')
    .filter(({ index }) => index < Math.min(...moments))
    .filter(({ effect }) => effect.operationId === operationId && effect.stepId.startsWith('heal-'))
    .filter(({ effect }) => layout === undefined || toUndo.includes(effect.instanceId))
    // Which of its hosts were replaced, a step knows from its beginning on.
    .filter(({ effect }) => !goneBefore(evidence, begun.index).has(effect.instanceId))
    .filter(({ effect }) => !isTakenBack(steps, effect, isKept))
    .map(({ effect }) => `${effect.action} on ${effect.instanceId}`);
  return [...missing, ...undone];
}

/** Whether the targets were ever determined: a single target is known beforehand. */
function isLaidOut({ fleet, trace }: Evidence, operationId: string): boolean {
  const begun = trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
  const { component = '' } = begun?.operation ?? {};
  if (isResource(fleet, component)) return true;
  const targets = fleet.components[component]?.targets;
  return targets !== undefined && 'instanceIds' in targets && targets.instanceIds.length === 1;
}

function isTakenBack(
  steps: readonly PlannedStep[],
  { action, instanceId }: HostEffect,
  isKept: (action: string) => boolean,
): boolean {
  const { undo } = actionDefinition(action as ActionType);
  if (undo === undefined || !isKept(undo)) return true;
  return steps.some(
    ({ action: { type }, targets }) =>
      type === undo && (targets === undefined || targets.includes(instanceId)),
  );
}

/** Whether the action that stopped the repair, the first that had not succeeded by then, has `onError: rollback`. */
function asksForInverses(
  trace: Evidence['trace'],
  steps: readonly HealStep[],
  operationId: string,
  beforeIndex: number,
): boolean {
  const outcomes = new Map(
    trace
      .of('step-ended')
      .filter(({ step, index }) => step.operationId === operationId && index < beforeIndex)
      .map(({ step }) => [step.stepId as string, step.outcome]),
  );
  const stopper = steps.find(({ stepId, action: { onError } }) => {
    const outcome = outcomes.get(stepId);
    if (outcome === undefined) return true;
    return outcome !== 'SUCCEEDED' && outcome !== 'SKIPPED' && onError !== 'continue';
  });
  return stopper?.action.onError === 'rollback';
}
