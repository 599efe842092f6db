import { gateLookId } from '../../../functions/core/operation/look-id.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { layoutOf } from './planned-steps.ts';

/** How long ago a load balancer may have been asked when a host leaves it: a function may be held up, or retried. */
const READ_HOLDS_MS = 4 * 60_000;
/** No step is tried more often: a look for each try. */
const TRIES = Array.from({ length: 100 }, (_, attempt) => attempt);

/**
 * 25. A repair leaves a load balancer as many hosts as the component needs, and puts back what it has taken out.
 *
 * A host leaves its load balancer only where enough others, which are not of its batch, get requests, or where it was found
 * unhealthy. When the operation has ended, every host that it had drained gets requests again, is gone, or was changed by
 * someone else; otherwise the call for people names the one that is left out.
 */
export function keepsInService(evidence: Evidence): readonly string[] {
  return [...tooFew(evidence), ...leftOut(evidence)];
}

const LEAVES: ReadonlySet<string> = new Set(['drain_target', 'replace_instance']);

function tooFew(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const admitted = new Map(trace.of('admitted').map((each) => [each.operation.operationId, each]));
  return trace.of('effect').flatMap(({ effect, byService, atMs, index }) => {
    const { operationId, component, instanceId, action, stepId } = effect;
    const minimum = admitted.get(operationId)?.grant.plan.component.minHealthyTargets;
    if (!byService || !LEAVES.has(action) || minimum === undefined) return [];
    const batches = layoutOf(evidence, operationId)?.batches ?? [];
    const number = batches.findIndex((ids) => ids.includes(instanceId));
    const batch = batches[number] ?? [instanceId];
    const served = trace
      .of('in-service')
      .filter((each) => each.component === component && each.index < index)
      .filter(
        (each, at, all) =>
          each.atMs >= atMs - READ_HOLDS_MS || (all[at + 1]?.atMs ?? atMs) >= atMs - READ_HOLDS_MS,
      )
      .map(({ instanceIds }) => instanceIds.filter((id) => !batch.includes(id)).length);
    const most = Math.max(0, ...served);
    if (most >= minimum || isFoundUnhealthy(evidence, operationId, number, instanceId)) return [];
    return [
      `${stepId} of ${operationId} did ${action} on ${instanceId}, with ${most} others in service, ${minimum} at least`,
    ];
  });
}

function isFoundUnhealthy(
  { trace }: Evidence,
  operationId: string,
  batch: number,
  instanceId: string,
): boolean {
  const looks = new Set<string>(TRIES.map((attempt) => gateLookId(batch, attempt)));
  return trace
    .of('performed')
    .some(
      (each) =>
        each.operationId === operationId &&
        each.instanceId === instanceId &&
        looks.has(each.stepId) &&
        each.exitCode !== 0,
    );
}

function leftOut(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const gone = new Set(trace.of('host-gone').map(({ instanceId }) => instanceId));
  return trace.of('concluded').flatMap((end) => {
    const { operationId, state } = end.conclusion;
    const drained = trace
      .of('effect')
      .filter(({ effect }) => effect.operationId === operationId && effect.action === 'drain_target')
      .map(({ effect }) => effect.instanceId);
    return [...new Set(drained)]
      .filter((id) => !gone.has(id) && isOutBy(evidence, id, end))
      .filter((id) => state === 'COMPLETED' || !isToldOf(evidence, operationId, id))
      .map((id) => `${operationId} ended as ${state}, and ${id} is left out of its load balancer`);
  });
}

/** Whether the operation itself was the last to change where the host is registered, and took it out. */
function isOutBy({ trace }: Evidence, id: string, { conclusion, index }: Of<'concluded'>): boolean {
  const isIts = (each: Of<'set' | 'set-by-others'>) =>
    each.setting === `registration of ${id}` && each.index < index;
  const last = trace.of('set').findLast(isIts);
  const theirs = trace.of('set-by-others').findLast(isIts);
  return (
    last?.operationId === conclusion.operationId &&
    last.after === '' &&
    (theirs === undefined || theirs.index < last.index)
  );
}

function isToldOf({ trace }: Evidence, operationId: string, id: string): boolean {
  return trace
    .of('notified')
    .some(
      ({ notification: { topic, body } }) =>
        topic === 'architect' && body['operationId'] === operationId && JSON.stringify(body).includes(id),
    );
}
