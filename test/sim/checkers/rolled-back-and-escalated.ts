import { type ActionType, actionDefinition } from '../../../functions/core/actions/action-table.ts';
import type { Strategy } from '../../../functions/core/configuration/schema.ts';
import type { PlannedStep } from '../../../functions/core/operation/operation.ts';
import type { HostEffect } from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';

/**
 * 8. A failed operation has attempted every step of its rollback plan and has escalated.
 *
 * Attempted: its Lambda was asked for the step. Two kinds of operation can't have: those whose undoing execution was
 * itself stopped or died, and those whose plan could not be made in all its tries. Both must have said so. What the plan
 * has to hold is worked out anew, from what hosts really did by then.
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
      const found = missing.map((what) => `${operationId} laid out no undo step for ${what}`);
      if (wasCutShort(end) || couldNotPrepare(evidence, end)) return found;
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

/** The execution that undoes was stopped or died, and people were told so. */
function wasCutShort({ conclusion }: Of<'concluded'>): boolean {
  return conclusion.failure?.cause.startsWith('rollback did not finish') === true;
}

/** All tries at laying out the plan failed, and people were told that nothing was undone. */
function couldNotPrepare({ trace, stepsOf }: Evidence, end: Of<'concluded'>): boolean {
  const { operationId } = end.conclusion;
  const begun = trace.of('rollback-prepared').filter((each) => each.operationId === operationId).length;
  const prevented = trace
    .of('fault')
    .filter(({ id }) => id.includes(`selfheal-prepare-rollback ${operationId}`))
    .filter(({ fault }) => fault === 'invocation-throttled' || fault === 'invocation-crashed').length;
  const word = stepsOf.get(operationId)?.find(({ stepId }) => stepId === 'escalate-0')?.detail ?? '';
  return begun + prevented >= 9 && word.includes('No undo step was taken');
}

/** What the undo steps had to hold by the strategy that the operation was admitted under, and do not. */
function missingInPlan({ trace }: Evidence, begun: Of<'rollback-begun'>): readonly string[] {
  const { operationId, steps } = begun;
  const admission = trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
  if (admission === undefined) return ['anything: it was never admitted'];
  const { strategy } = admission.grant.plan;
  const { onFailure, actions } = strategy.rollback;
  const isKept = (action: string) => onFailure !== 'maintain_isolation' || action !== 'restore_network';
  const own = actions.map(({ type }) => type as string).filter(isKept);
  const needsSafeMode = onFailure === 'enter_safe_mode' && !own.includes('enter_safe_mode');
  const tail = needsSafeMode ? [...own, 'enter_safe_mode'] : own;
  const ends = steps.slice(steps.length - tail.length).map(({ action }) => action.type as string);
  const missing = ends.join() === tail.join() ? [] : [`the strategy's own plan, ${tail.join(', ')}`];

  // Read at some moment between: what was so at either end of it is held.
  const prepared = trace.of('rollback-prepared').filter((each) => each.operationId === operationId);
  const moments = [...prepared.map(({ index }) => index), begun.index].filter((at) => at <= begun.index);
  if (!moments.every((at) => asksForInverses(trace, strategy, operationId, at))) return missing;
  const undone = trace
    .of('effect')
    .filter(({ index }) => index < Math.min(...moments))
    .filter(({ effect }) => effect.operationId === operationId && effect.stepId.startsWith('heal-'))
    .filter(({ effect }) => !isTakenBack(steps, effect, isKept))
    .map(({ effect }) => `${effect.action} on ${effect.instanceId}`);
  return [...missing, ...undone];
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

/** Whether the action that stopped the repair says `onError: rollback`: the first that was not done when it began. */
function asksForInverses(
  trace: Evidence['trace'],
  { actions }: Strategy,
  operationId: string,
  beforeIndex: number,
): boolean {
  const outcomes = new Map(
    trace
      .of('step-ended')
      .filter(({ step, index }) => step.operationId === operationId && index < beforeIndex)
      .map(({ step }) => [step.stepId as string, step.outcome]),
  );
  const stopper = actions.find(({ onError }, index) => {
    const outcome = outcomes.get(`heal-${index}`);
    return outcome === undefined || (outcome !== 'SUCCEEDED' && onError !== 'continue');
  });
  return stopper?.onError === 'rollback';
}
