import { minimumHealthy } from '../core/operation/gate.ts';
import { maximumBatches } from '../core/operation/heal-steps.ts';
import { hasOneTarget, type Layout, layOutBatches, type TargetHealth } from '../core/operation/layout.ts';
import { LAYOUT_LOOK } from '../core/operation/look-id.ts';
import { isForGood, NotPermitted } from '../ports/errors.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { type LookDeps, lookAtTargets } from './look-at-targets.ts';
import { OperationGone, type PlannedOperation } from './running-operation.ts';
import type { RunbookSubject } from './send-runbook.ts';
import { availability } from './target-availability.ts';

export interface LayOutDeps extends LookDeps {
  readonly store: Pick<OperationStore, 'layOut'>;
  readonly runbooks: LookDeps['runbooks'] & Pick<RunbookRunner, 'resolveTargets'>;
}

const NOTHING_KNOWN: ReadonlyMap<string, TargetHealth> = new Map();

/**
 * Works out in which batches an operation repairs its targets, and keeps it, once. A component with one target needs
 * none, and pays for none.
 *
 * Targets that the alert names are the only ones. If it names none, all are looked at, and those found unhealthy are
 * repaired; if none is, the repair goes through all of them.
 *
 * @throws OperationGone, ServiceUnavailable
 */
export async function layOut(
  deps: LayOutDeps,
  { operation, plan }: PlannedOperation,
  fence: number,
): Promise<Layout | undefined> {
  if (operation.layout) return operation.layout;
  if (hasOneTarget(plan.component)) return undefined;
  const layout = await workOut(deps, { operation, plan }, fence);
  const kept = await deps.store.layOut(operation.operationId, layout);
  if (!kept) throw new OperationGone(operation.operationId, 'COMPLETED, FAILED or ROLLING_BACK');
  return kept;
}

async function workOut(
  deps: LayOutDeps,
  { operation, plan: { strategy, component } }: PlannedOperation,
  fence: number,
): Promise<Layout> {
  const nodes = await deps.runbooks.resolveTargets(component.targets);
  const configured = 'instanceIds' in component.targets ? component.targets.instanceIds : [];
  const all = [...new Set([...configured, ...nodes.map(({ instanceId }) => instanceId)])];
  const named = operation.alert.targets;
  const candidates = availability(named.length > 0 ? named : all, nodes, 'not-managed');
  const available = candidates.flatMap(({ instanceId, unavailable }) => (unavailable ? [] : [instanceId]));
  if (candidates.length === 0) {
    const detail = `${operation.component}: its targets select no managed node`;
    return impossible({ code: 'TargetsUnavailable', detail });
  }
  const isLookedAt = named.length === 0 && available.length > 1 && component.service !== undefined;
  const health = isLookedAt ? await look(deps, { operation, component, fence }, available) : NOTHING_KNOWN;
  const isUnhealthy = (id: string) => health.get(id) === 'unhealthy';
  // Of targets that may serve, no more at once than leave enough others.
  const spare = nodes.filter(({ online }) => online).length - minimumHealthy(component, all.length);
  const batchSize = available.some(isUnhealthy)
    ? component.maxConcurrentTargets
    : Math.max(1, Math.min(component.maxConcurrentTargets, spare));
  // If none is available, one may be back by the time of its first action, which says what is wrong otherwise.
  const hoped = available.length > 0 ? candidates : candidates.map(({ instanceId }) => ({ instanceId }));
  const layout = layOutBatches(hoped, health, batchSize);
  const most = maximumBatches(strategy);
  if (layout.batches.length <= most) return layout;
  const count = layout.batches.flat().length;
  return impossible({
    code: 'TooManyTargets',
    detail:
      `${count} targets of ${operation.component} in batches of ${batchSize}: ${layout.batches.length} batches, and one ` +
      `operation of ${strategy.actions.length} actions has ${most} at most; raise maxConcurrentTargets`,
  });
}

function impossible(problem: NonNullable<Layout['problem']>): Layout {
  return { batches: [[]], skipped: {}, problem };
}

/**
 * A look that is refused for good is no look: nothing is known, and nothing is skipped. A missing permission is no reason
 * to go through targets that may be healthy.
 */
async function look(
  deps: LayOutDeps,
  subject: RunbookSubject,
  available: readonly string[],
): Promise<ReadonlyMap<string, TargetHealth>> {
  try {
    return await lookAtTargets(deps, subject, LAYOUT_LOOK, available);
  } catch (error) {
    if (isForGood(error) && !(error instanceof NotPermitted)) return NOTHING_KNOWN;
    throw error;
  }
}
