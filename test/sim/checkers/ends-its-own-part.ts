import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { layoutOf } from './planned-steps.ts';

/**
 * 18. An instance that is replaced in the middle of a repair ends its own part in it, and no other's.
 *
 * A target that a record calls gone was really terminated before. And no step fails only because an instance was
 * replaced: if all others are done, it succeeds; if none is left, the next batch has its turn. Outcomes that were
 * cancelled, are unknown, or come after the repair was given up are exempt. A host that was cut off while it acted, or
 * whose agent was late, does not count as done: its report comes late, or never. What had failed on the instance before it
 * was replaced failed for that.
 */
export function endsItsOwnPart(evidence: Evidence): readonly string[] {
  return evidence.trace.of('step-ended').flatMap((ended) => {
    const { operationId, stepId } = ended.step;
    return [...notGone(evidence, ended), ...failedForGone(evidence, ended)].map(
      (problem) => `${stepId} of ${operationId} ${problem}`,
    );
  });
}

/** The hosts that were replaced by then. */
export function goneBefore({ trace }: Evidence, index: number): ReadonlySet<string> {
  return new Set(trace.of('host-gone').flatMap((gone) => (gone.index < index ? [gone.instanceId] : [])));
}

function notGone(evidence: Evidence, { step, index }: Of<'step-ended'>): readonly string[] {
  const gone = goneBefore(evidence, index);
  return Object.entries(step.skipped ?? {})
    .filter(([instanceId, reason]) => reason === 'gone' && !gone.has(instanceId))
    .map(([instanceId]) => `skipped ${instanceId} as gone, which was not replaced`);
}

const EXEMPT = new Set(['SUCCEEDED', 'SKIPPED', 'UNKNOWN', 'CANCELLED']);

function failedForGone(evidence: Evidence, { step, index }: Of<'step-ended'>): readonly string[] {
  const { operationId, stepId, outcome = 'UNKNOWN', targets, change, reference } = step;
  const layout = layoutOf(evidence, operationId);
  if (EXEMPT.has(outcome) || !stepId.startsWith('heal-') || layout === undefined) return [];
  // An outcome that comes after the repair was given up decides nothing.
  const isGivenUp = evidence.trace
    .of('rollback-prepared')
    .some((each) => each.operationId === operationId && each.index < index);
  if (isGivenUp) return [];
  // What its function did before it died, nobody has recorded.
  if (change !== undefined && reference === undefined) return [];
  const gone = goneBefore(evidence, index);
  const lost = targets.filter((id) => gone.has(id));
  if (lost.length === 0) return [];
  const performed = evidence.trace
    .of('performed')
    .filter((each) => each.operationId === operationId && each.stepId === stepId && each.index < index);
  if (performed.some((each) => lost.includes(each.instanceId) && each.exitCode !== 0)) return [];
  const done = performed.flatMap((each) =>
    each.exitCode === 0 && !reportsLate(evidence, each) ? [each.instanceId] : [],
  );
  const left = targets.filter((id) => !gone.has(id));
  const isLast = layout.batches.flat().every((id) => gone.has(id) || targets.includes(id));
  const isForGoneAlone = left.length > 0 ? left.every((id) => done.includes(id)) : !isLast;
  return isForGoneAlone ? [`ended as ${outcome} only because ${lost.join(', ')} was replaced`] : [];
}

function reportsLate({ trace }: Evidence, { instanceId, operationId, stepId }: Of<'performed'>): boolean {
  const places = [
    `host-lost-midway @ ${instanceId} ${operationId} ${stepId}`,
    `agent-runs-late @ agent ${instanceId} ${operationId} ${stepId}`,
  ];
  return trace
    .of('fault')
    .some(({ id }) => places.some((place) => id === place || id.startsWith(`${place} #`)));
}
