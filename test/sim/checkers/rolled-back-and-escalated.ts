import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';

/**
 * 8. A failed operation has attempted every step of its rollback plan and has escalated.
 *
 * Attempted: its Lambda was asked for the step. Two kinds of operation can't have: those whose undoing execution was
 * itself stopped or died, and those whose plan could not be made in all its tries. Both must have said so.
 */
export function rolledBackAndEscalated(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const told = new Set(trace.of('told').map(({ notification }) => String(notification.body['operationId'])));
  const invoked = new Set(
    trace.of('act-invoked').map(({ operationId, stepId }) => `${operationId} ${stepId}`),
  );
  return trace
    .of('concluded')
    .filter(({ conclusion }) => conclusion.state === 'FAILED')
    .flatMap((end) => {
      const { operationId } = end.conclusion;
      const isTold = trace
        .of('told')
        .some(
          ({ notification: { topic, body }, index }) =>
            topic === 'architect' && body['operationId'] === operationId && index < end.index,
        );
      if (!told.has(operationId) || !isTold)
        return [`${operationId} failed, and nobody was told before its end`];
      if (couldNotFinish(evidence, end)) return [];
      return plannedUndo(evidence, end)
        .filter((_, index) => !invoked.has(`${operationId} rollback-${index}`))
        .map((action) => `${operationId} failed, and its undo step ${action} was never tried`);
    });
}

function couldNotFinish({ trace, stepsOf }: Evidence, { conclusion }: Of<'concluded'>): boolean {
  const { operationId, failure } = conclusion;
  if (failure?.cause.startsWith('rollback did not finish')) return true;
  const isPrepared = trace
    .of('phase')
    .some((each) => each.operationId === operationId && each.state === 'ROLLING_BACK');
  const steps = stepsOf.get(operationId) ?? [];
  const word = steps.find(({ stepId }) => stepId === 'escalate-0')?.detail ?? '';
  const hasUndone = steps.some(({ stepId }) => stepId.startsWith('rollback-'));
  const begun = trace.of('rollback-prepared').filter((each) => each.operationId === operationId).length;
  const prevented = trace
    .of('fault')
    .filter(({ id }) => id.includes(`selfheal-prepare-rollback ${operationId}`))
    .filter(({ fault }) => fault === 'invocation-throttled' || fault === 'invocation-crashed').length;
  const tries = begun + prevented;
  return (!isPrepared || tries >= 9) && !hasUndone && word.includes('No undo step was taken');
}

/** Worked out anew: inverses of what succeeded, last first; the strategy's own undo steps; safe mode at the end. */
function plannedUndo(evidence: Evidence, { conclusion }: Of<'concluded'>): readonly string[] {
  const { operationId, strategyId } = conclusion;
  const strategy = evidence.fleet.strategies.find(({ id }) => id === strategyId);
  if (strategy === undefined) return [];
  const { onFailure, actions } = strategy.rollback;
  const healed = healedBeforeRollback(evidence, operationId);
  const asks = healed.some(({ outcome, onError }) => outcome !== 'SUCCEEDED' && onError === 'rollback');
  const inverses = asks
    ? healed
        .filter(({ outcome }) => outcome === 'SUCCEEDED')
        .toReversed()
        .flatMap(({ action }) => inverseOf(action))
    : [];
  const own = actions.map(({ type }) => type as string);
  const planned = [...inverses, ...own].filter(
    (action) => onFailure !== 'maintain_isolation' || action !== 'restore_network',
  );
  const needsSafeMode = onFailure === 'enter_safe_mode' && !planned.includes('enter_safe_mode');
  return needsSafeMode ? [...planned, 'enter_safe_mode'] : planned;
}

function inverseOf(action: string): readonly string[] {
  const { undo } = actionDefinition(
    action as CompiledConfiguration['strategies'][number]['actions'][number]['type'],
  );
  return undo === undefined ? [] : [undo];
}

/** The steps that had an outcome when the plan was first made; what became known later is not in it. */
function healedBeforeRollback({ trace }: Evidence, operationId: string): readonly StepRecord[] {
  const asked = trace.of('rollback-prepared').find((each) => each.operationId === operationId);
  return trace
    .of('step-ended')
    .filter(
      ({ step, index }) =>
        step.operationId === operationId && index < (asked?.index ?? Number.POSITIVE_INFINITY),
    )
    .map(({ step }) => step)
    .filter(({ stepId }) => stepId.startsWith('heal-'))
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
}
