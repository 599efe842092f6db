import { LIMIT_METRIC, limitedIsolation } from '../../../functions/core/operation/time-limit.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';

/** A few rounds of the reconciler, and time to notify. */
const GRACE_MS = 5 * 60_000;
/** How long the reconciler may be kept from its work, by an outage for instance. */
const HELD_UP_MS = 15 * 60_000;

interface Limited {
  readonly operationId: string;
  readonly component: string;
  readonly instanceId: string;
  readonly dueMs: number;
  readonly end: Of<'concluded'>;
}

/**
 * 26. An isolation lasts until its time limit, and no longer without a person who knows.
 *
 * Nothing lifts it before. Soon after the limit, its host is let back in or gone, a lift was refused with a reason, people were
 * reminded, or a mode that people chose holds the lift back.
 */
export function isolatesForAWhile(evidence: Evidence): readonly string[] {
  const limited = limitedHosts(evidence);
  return [...limited.flatMap((each) => overdue(evidence, each)), ...early(evidence, limited)];
}

/** The hosts that operations have left isolated until a time limit. */
function limitedHosts({ trace }: Evidence): readonly Limited[] {
  const ends = new Map(trace.of('concluded').map((end) => [end.conclusion.operationId, end]));
  return trace.of('admitted').flatMap(({ operation: { operationId, component }, grant }) => {
    const isolation = limitedIsolation(grant.plan.strategy.actions);
    const end = ends.get(operationId);
    // Where an operation has failed, people were called for what it has left.
    if (isolation === undefined || end?.conclusion.state !== 'COMPLETED') return [];
    const own = trace.of('effect').filter(({ effect }) => effect.operationId === operationId);
    const restored = new Set(
      own.flatMap(({ effect }) => (effect.action === 'restore_network' ? [effect.instanceId] : [])),
    );
    const isDone = ({ effect, byService }: Of<'effect'>) =>
      byService === true ||
      trace
        .of('performed')
        .some(
          (each) =>
            each.operationId === operationId &&
            each.stepId === effect.stepId &&
            each.instanceId === effect.instanceId &&
            each.exitCode === 0,
        );
    const isolated = own.filter((each) => each.effect.action === 'isolate_network' && isDone(each));
    const dueMs = end.conclusion.completedAtMs + Number(isolation.params['limitSeconds']) * 1_000;
    return [...new Set(isolated.map(({ effect }) => effect.instanceId))]
      .filter((id) => !restored.has(id))
      .map((instanceId) => ({ operationId, component, instanceId, dueMs, end }));
  });
}

function early({ trace }: Evidence, limited: readonly Limited[]): readonly string[] {
  return trace.of('admitted').flatMap(({ operation: { alert, operationId } }) => {
    if (alert.lifts === undefined) return [];
    return trace
      .of('effect')
      .filter(({ effect }) => effect.operationId === operationId && effect.action === 'restore_network')
      .filter(({ effect, atMs, index }) => {
        const due = limited
          .filter(({ instanceId, end }) => instanceId === effect.instanceId && end.index < index)
          .map(({ dueMs }) => dueMs);
        return due.length > 0 && atMs < Math.min(...due) - SKEW_MS;
      })
      .map(({ effect }) => `${operationId} let ${effect.instanceId} back in before its time limit`);
  });
}

function overdue({ trace, whenQuiet }: Evidence, limited: Limited): readonly string[] {
  const { operationId, component, instanceId, dueMs, end } = limited;
  if (dueMs + GRACE_MS + HELD_UP_MS > whenQuiet.atMs) return [];
  const untilMs = dueMs + GRACE_MS + HELD_UP_MS;
  const isMeanwhile = (each: { readonly index: number; readonly atMs: number }) =>
    each.index > end.index && each.atMs <= untilMs;
  const isLetIn =
    trace.of('effect').some((each) => {
      const { action, instanceId: id } = each.effect;
      return isMeanwhile(each) && id === instanceId && action === 'restore_network';
    }) ||
    // Isolated again, even if it still was, it follows the limit of the later isolation.
    trace.of('step-ended').some((each) => {
      const { action, targets, outcome } = each.step;
      const isAgain = action === 'isolate_network' && outcome === 'SUCCEEDED' && targets.includes(instanceId);
      return isMeanwhile(each) && isAgain;
    }) ||
    trace.of('cut-off').some((each) => isMeanwhile(each) && each.instanceId === instanceId) ||
    trace.of('let-in-by-hand').some((each) => isMeanwhile(each) && each.instanceIds.includes(instanceId)) ||
    trace.of('host-gone').some((each) => each.instanceId === instanceId && each.atMs <= untilMs);
  const isOfLift = (each: { readonly component: string; readonly alert: { readonly signalId: string } }) =>
    each.component === component && each.alert.signalId.startsWith(`${LIMIT_METRIC}:`);
  const isHeldBack =
    trace.of('observed').some((each) => isMeanwhile(each) && isOfLift(each.operation)) ||
    trace.of('proposed').some((each) => isMeanwhile(each) && isOfLift(each.proposal.operation));
  const isRefused = trace
    .of('refused')
    .some(
      (each) =>
        isMeanwhile(each) &&
        each.refusal.component === component &&
        each.refusal.signalId.startsWith(`${LIMIT_METRIC}:`),
    );
  const lifting = trace
    .of('admitted')
    .filter((each) => isMeanwhile(each) && each.operation.alert.lifts === operationId)
    .map(({ operation }) => operation.operationId);
  const isTold = trace.of('notified').some((each) => {
    const { body } = each.notification;
    // People were reminded, or called because the lift failed.
    const isAboutIt =
      body['kind'] === 'isolation-limit'
        ? JSON.stringify(body).includes(instanceId)
        : lifting.some((id) => body['operationId'] === id);
    return isMeanwhile(each) && isAboutIt;
  });
  return isLetIn || isRefused || isHeldBack || isTold
    ? []
    : [`${operationId} has left ${instanceId} of ${component} isolated beyond its limit, and nobody knows`];
}
