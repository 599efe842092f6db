import { rolledBackKind } from '../../../functions/core/operation/action-effects.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/**
 * 20. While a change of a component is in progress, nothing heals the component but the change's rollback.
 *
 * Judged by what the store had kept of the change before the alert. A change whose end was never reported no longer counts
 * after `holdSeconds`, and one that an operation has rolled back is over.
 */
export function waitsForChanges(evidence: Evidence): readonly string[] {
  return evidence.trace.of('admitted').flatMap((begun) => {
    const { operationId, component, alert } = begun.operation;
    const { actions } = begun.grant.plan.strategy;
    if (actions.some((action) => rolledBackKind(action) !== undefined)) return [];
    const change = begunChanges(evidence, begun).find((each) => isInProgress(evidence, begun, each));
    return change && alert.origin !== 'manual'
      ? [`${operationId} was admitted on ${component} while ${change.event.changeId} of it was in progress`]
      : [];
  });
}

function begunChanges({ trace }: Evidence, { operation }: Of<'admitted'>): readonly Of<'change-recorded'>[] {
  return trace
    .of('change-recorded')
    .filter(
      ({ event, atMs }) =>
        event.component === operation.component &&
        event.phase === 'started' &&
        atMs <= operation.alert.occurredAtMs - SKEW_MS,
    );
}

function isInProgress(
  evidence: Evidence,
  { operation, atMs, index }: Of<'admitted'>,
  { event }: Of<'change-recorded'>,
): boolean {
  const { trace } = evidence;
  const hasEnded = trace
    .of('change-recorded')
    .some(
      (each) =>
        each.index < index &&
        each.event.component === event.component &&
        each.event.changeId === event.changeId &&
        each.event.phase !== 'started',
    );
  const holds = inForce(evidence, atMs).map(
    ({ components }) => components[operation.component]?.changes?.holdSeconds ?? 0,
  );
  const isRolledBack = trace
    .of('admitted')
    .some((each) => each.index < index && each.operation.alert.change?.changeId === event.changeId);
  return !hasEnded && !isRolledBack && atMs < event.atMs + Math.min(...holds) * 1_000 - SKEW_MS;
}
