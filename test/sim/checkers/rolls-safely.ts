import { actsOnTargets, takesDown } from '../../../functions/core/operation/action-effects.ts';
import type { HealStep } from '../../../functions/core/operation/heal-steps.ts';
import type { Layout } from '../../../functions/core/operation/layout.ts';
import { gateLookId } from '../../../functions/core/operation/look-id.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { signalIdOf } from './no-signal-vanishes.ts';
import { batchLeft, layoutOf, plannedSteps } from './planned-steps.ts';

/** No step is tried more often: a look for each try. */
const TRIES = Array.from({ length: 100 }, (_, attempt) => attempt);
/** How old a look may be when a batch is taken down: a function may be held up, or retried. */
const LOOK_HOLDS_MS = 4 * 60_000;

/**
 * 15. A repair goes through its targets batch by batch.
 *
 * No batch is larger than the component allows, and no target is in two. An action acts only on the targets of its
 * batch. If the event of an alarm's contributor names an instance, only that one is repaired. After a batch whose check did not succeed no other is touched, and an undo step acts on the batch that was left
 * and on no other. A batch is taken down only where its own targets, or enough others, really answered a look so.
 */
export function rollsSafely(evidence: Evidence): readonly string[] {
  return evidence.trace.of('admitted').flatMap((begun) => {
    const { operationId } = begun.operation;
    const layout = layoutOf(evidence, operationId);
    if (layout === undefined || layout.problem !== undefined) return [];
    const steps = plannedSteps(evidence, operationId, begun.grant.plan.strategy);
    return [
      ...problemsOfLayout(begun, layout),
      ...unnamed(evidence, begun, layout),
      ...problemsOfEffects(evidence, operationId, layout, steps),
      ...problemsOfOrder(evidence, operationId, steps),
      ...problemsOfUndo(evidence, operationId, layout),
      ...problemsOfGates(evidence, begun, layout, steps),
    ].map((problem) => `${operationId} ${problem}`);
  });
}

function problemsOfLayout({ operation, grant }: Of<'admitted'>, { batches }: Layout): readonly string[] {
  const most = grant.plan.component.maxConcurrentTargets;
  const all = batches.flat();
  const foreign = all.filter(
    (id) => operation.alert.targets.length > 0 && !operation.alert.targets.includes(id),
  );
  return [
    ...batches
      .filter(({ length }) => length > most)
      .map(({ length }) => `has a batch of ${length}, ${most} at most`),
    ...(new Set(all).size < all.length ? ['has a target in two batches'] : []),
    ...foreign.map((id) => `repairs ${id}, which its alert does not name`),
  ];
}

/** The event of an alarm's contributor names one instance, and says nothing about the rest of the group. */
function unnamed(
  { busLog }: Evidence,
  { operation: { alert } }: Of<'admitted'>,
  { batches }: Layout,
): readonly string[] {
  const event = busLog.find((each) => signalIdOf(each) === alert.signalId);
  const { alarmContributor } = (event?.detail ?? {}) as {
    readonly alarmContributor?: { readonly attributes: { readonly InstanceId?: string } };
  };
  if (alarmContributor === undefined) return [];
  return batches
    .flat()
    .filter((id) => id !== alarmContributor.attributes.InstanceId)
    .map((id) => `repairs ${id}, which its alarm's contributor is not`);
}

const healEffects = ({ trace }: Evidence, operationId: string) =>
  trace
    .of('effect')
    .filter(({ effect }) => effect.operationId === operationId && effect.stepId.startsWith('heal-'));

function problemsOfEffects(
  evidence: Evidence,
  operationId: string,
  { batches }: Layout,
  steps: readonly HealStep[],
): readonly string[] {
  return healEffects(evidence, operationId).flatMap(({ effect: { stepId, instanceId, action } }) => {
    const step = steps.find((each) => each.stepId === stepId);
    return step && batches[step.batch]?.includes(instanceId)
      ? []
      : [`did ${action}, ${stepId}, on ${instanceId}, which is not of its batch`];
  });
}

/** The next batch begins only after the check of the one before has succeeded, or nothing was left of it. */
function problemsOfOrder(
  evidence: Evidence,
  operationId: string,
  steps: readonly HealStep[],
): readonly string[] {
  const ended = evidence.trace.of('step-ended').filter(({ step }) => step.operationId === operationId);
  return (
    steps
      // In a lift, no host waits for another.
      .filter(({ isCheck, action }) => isCheck && action.onError !== 'continue')
      .flatMap((check) => {
        const next = healEffects(evidence, operationId).find(
          ({ effect }) => steps.find(({ stepId }) => stepId === effect.stepId)?.batch === check.batch + 1,
        );
        const end = ended.find(({ step }) => step.stepId === check.stepId);
        const isPassed = end?.step.outcome === 'SUCCEEDED' || end?.step.outcome === 'SKIPPED';
        if (next === undefined || (end !== undefined && isPassed && end.index < next.index)) return [];
        return [`did ${next.effect.stepId} though ${check.stepId}, the check before it, had not passed`];
      })
  );
}

function problemsOfUndo(evidence: Evidence, operationId: string, { batches }: Layout): readonly string[] {
  const { trace } = evidence;
  const begun = trace.of('rollback-begun').find((each) => each.operationId === operationId);
  if (begun === undefined || batches.length < 2) return [];
  // A check may pass after the plan was drawn up, and before it is on record.
  const drawnUp = trace
    .of('rollback-prepared')
    .findLast((each) => each.operationId === operationId && each.index < begun.index);
  const mayUndo = [drawnUp?.index ?? begun.index, begun.index].flatMap((index) => {
    const left = batchLeft(evidence, operationId, index);
    return left === undefined ? [] : (batches[left] ?? []);
  });
  return begun.steps
    .filter(({ action }) => actsOnTargets(action))
    .flatMap(({ stepId, targets = batches.flat() }) => targets.map((id) => ({ stepId, id })))
    .filter(({ id }) => !mayUndo.includes(id))
    .map(({ stepId, id }) => `undoes ${id}, ${stepId}, which is not of the batch that failed`);
}

/** Judged by what hosts really answered just before the batch: a healthy target is taken down only if enough others have answered as healthy. */
function problemsOfGates(
  { trace, fleet }: Evidence,
  { operation, grant }: Of<'admitted'>,
  { batches }: Layout,
  steps: readonly HealStep[],
): readonly string[] {
  const { strategy, component } = grant.plan;
  if (!strategy.actions.some(takesDown) || component.service === undefined) return [];
  const own = trace.of('host').filter((host) => host.component === operation.component);
  if (own.length < 2 || fleet.components[operation.component] === undefined) return [];
  const minimum = component.minHealthyTargets ?? 1;
  const looks = trace
    .of('performed')
    .filter(({ operationId, stepId }) => operationId === operation.operationId && stepId.startsWith('look-'));
  return steps
    .filter(({ opensBatch }) => opensBatch)
    .flatMap(({ stepId, batch }) => {
      const first = trace
        .of('effect')
        .find(({ effect }) => effect.operationId === operation.operationId && effect.stepId === stepId);
      if (first === undefined) return [];
      const own = new Set<string>(TRIES.map((attempt) => gateLookId(batch, attempt)));
      const answers = looks.filter(
        ({ atMs, index, stepId: look }) =>
          own.has(look) && index < first.index && first.atMs - atMs <= LOOK_HOLDS_MS,
      );
      const targets = batches[batch] ?? [];
      const isUnhealthy = answers.some(
        ({ instanceId, exitCode }) => instanceId === first.effect.instanceId && exitCode !== 0,
      );
      const healthy = new Set(
        answers
          .filter(({ instanceId, exitCode }) => exitCode === 0 && !targets.includes(instanceId))
          .map(({ instanceId }) => instanceId),
      );
      return isUnhealthy || healthy.size >= minimum
        ? []
        : [
            `took ${first.effect.instanceId} down, ${stepId}, with ${healthy.size} others healthy, ${minimum} at least`,
          ];
    });
}
