import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/**
 * 4. A component in cooldown, paused, muted or excluded is not touched.
 *
 * What is in flight when a pause or a mute begins may end properly: only admissions count. A signal from before the mute
 * may still be admitted. A cooldown begins when, by its record, the operation ended.
 */
export function leftAlone(evidence: Evidence): readonly string[] {
  const admitted = evidence.trace.of('admitted').flatMap((admission) => {
    const { component, operationId } = admission.operation;
    const reason =
      pausedBy(evidence, admission) ??
      excludedBy(evidence, admission) ??
      mutedBy(evidence, admission) ??
      restingBy(evidence, admission);
    return reason === undefined ? [] : [`${operationId} was admitted on ${component}, ${reason}`];
  });
  return [...admitted, ...outdatedControls(evidence)];
}

/** Controls that took effect although a later one of the same part, or a pause given at the same time, already had. */
function outdatedControls({ trace }: Evidence): readonly string[] {
  const taken = trace.of('control').filter(({ outcome }) => outcome === 'taken');
  return taken.flatMap(({ command, part, givenAtMs, index }) => {
    const later = taken.find(
      (other) =>
        other.index < index &&
        other.part === part &&
        (other.givenAtMs > givenAtMs ||
          (other.givenAtMs === givenAtMs && other.command === 'pause' && command === 'resume')),
    );
    return later ? [`a ${command} was taken that was older than the ${later.command} before it`] : [];
  });
}

function pausedBy(evidence: Evidence, { index, atMs }: Of<'admitted'>): string | undefined {
  const last = evidence.trace.of('pause').findLast((each) => each.index < index);
  const isPaused =
    last?.pause !== undefined && (last.pause.untilMs ?? Number.POSITIVE_INFINITY) > atMs + SKEW_MS;
  if (isPaused) return 'which an operator had paused';
  return inForce(evidence, atMs).every(({ settings }) => settings.paused)
    ? 'paused by configuration'
    : undefined;
}

function excludedBy(evidence: Evidence, { operation, atMs }: Of<'admitted'>): string | undefined {
  const isExcluded = inForce(evidence, atMs).every(
    ({ components }) => components[operation.component]?.excluded ?? true,
  );
  return isExcluded ? 'which is excluded, or no longer configured' : undefined;
}

function mutedBy({ trace }: Evidence, { operation }: Of<'admitted'>): string | undefined {
  const { alarmName, occurredAtMs } = operation.alert;
  const mute = trace
    .of('muted')
    .find(
      (each) =>
        each.alarmName === alarmName &&
        occurredAtMs > each.atMs + SKEW_MS &&
        occurredAtMs < each.untilMs - SKEW_MS,
    );
  return mute && `whose alarm ${alarmName} is muted`;
}

function restingBy(evidence: Evidence, { operation, atMs, index }: Of<'admitted'>): string | undefined {
  const { strategyId, component } = operation;
  const earlier = evidence.trace.of('concluded').findLast(({ index: at, conclusion }) => {
    const admission = admissionOf(evidence, conclusion.operationId);
    if (at >= index || admission?.operation.strategyId !== strategyId) return false;
    return conclusion.component === component || restsAsWhole(evidence, admission);
  });
  if (earlier === undefined) return undefined;
  // The cooldown is that of the plan the operation was admitted under, whatever is deployed before its end.
  const begun = admissionOf(evidence, earlier.conclusion.operationId);
  const cooldowns = inForce(evidence, begun?.atMs ?? 0).map(
    ({ strategies }) => strategies.find(({ id }) => id === strategyId)?.cooldownSeconds ?? 0,
  );
  const sinceMs = atMs - earlier.conclusion.completedAtMs + SKEW_MS;
  const leastMs = Math.min(...cooldowns) * 1_000;
  return sinceMs < leastMs ? `where ${strategyId} has a cooldown of ${leastMs / 1_000} s` : undefined;
}

function admissionOf({ trace }: Evidence, operationId: string): Of<'admitted'> | undefined {
  return trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
}

/** Whether the cooldown after an operation applies to every component, under each configuration that may apply. */
function restsAsWhole(evidence: Evidence, { operation, atMs }: Of<'admitted'>): boolean {
  return inForce(evidence, atMs).every(
    ({ strategies }) =>
      strategies.find(({ id }) => id === operation.strategyId)?.cooldownScope === 'strategy',
  );
}
