import { type HostSelector, selectsHosts } from '../../core/configuration/target-selector.ts';
import { actsOnTargets, isDoneOnce } from '../../core/operation/action-effects.ts';
import { hasOneTarget, type Layout, type TargetHealth } from '../../core/operation/layout.ts';
import { LAYOUT_LOOK } from '../../core/operation/look-id.ts';
import { planLayout, targetsToLookAt } from '../../core/operation/plan-layout.ts';
import { isForGood, NotPermitted } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { type StoppedNodesDeps, stoppedNodes } from './action-nodes.ts';
import { type LookDeps, lookAtTargets } from './look-at-targets.ts';
import { OperationGone, type PlannedOperation } from './running-operation.ts';

export interface LayOutDeps extends LookDeps {
  readonly store: Pick<OperationStore, 'layOut'>;
  readonly runbooks: LookDeps['runbooks'] & Pick<RunbookRunner, 'resolveTargets'>;
  readonly instances: StoppedNodesDeps['instances'];
}

const NOTHING_KNOWN: ReadonlyMap<string, TargetHealth> = new Map();

/**
 * Works out in which batches an operation repairs its targets, and records them, once. A component with one target
 * needs no batches, and pays for none.
 *
 * If the alert names targets, only those are repaired. If it names none, all are looked at, and those found unhealthy
 * are repaired; if none is, the repair goes through all of them.
 *
 * @throws OperationGone, ServiceUnavailable
 */
export async function layOut(
  deps: LayOutDeps,
  { operation, plan }: PlannedOperation,
  fence: number,
): Promise<Layout | undefined> {
  if (operation.layout) return operation.layout;
  const { targets } = plan.component;
  if (hasOneTarget(plan.component) || !selectsHosts(targets)) return undefined;
  // What is done on their group as a whole touches no host.
  const acting = plan.strategy.actions.filter(actsOnTargets);
  if (acting.length > 0 && acting.every(isDoneOnce)) return undefined;
  const layout = await workOut(deps, { operation, plan }, targets, fence);
  const kept = await deps.store.layOut(operation.operationId, layout);
  if (!kept) throw new OperationGone(operation.operationId, 'COMPLETED, FAILED or ROLLING_BACK');
  return kept;
}

async function workOut(
  deps: LayOutDeps,
  { operation, plan: { strategy, component } }: PlannedOperation,
  selector: HostSelector,
  fence: number,
): Promise<Layout> {
  const managed = await deps.runbooks.resolveTargets(selector);
  const nodes = [...managed, ...(await stoppedNodes(deps, selector, strategy.actions, managed))];
  const of = { name: operation.component, component, strategy, named: operation.alert.targets, nodes };
  const asked = targetsToLookAt(of);
  const health = asked.length > 0 ? await look(deps, { operation, component, fence }, asked) : NOTHING_KNOWN;
  return planLayout(of, health);
}

/**
 * A look that is refused for good shows nothing, so nothing is skipped. A missing permission is an error, and no reason
 * to go through targets that may be healthy.
 */
async function look(
  deps: LayOutDeps,
  subject: ActionSubject,
  available: readonly string[],
): Promise<ReadonlyMap<string, TargetHealth>> {
  try {
    return await lookAtTargets(deps, subject, LAYOUT_LOOK, available);
  } catch (error) {
    if (isForGood(error) && !(error instanceof NotPermitted)) return NOTHING_KNOWN;
    throw error;
  }
}
