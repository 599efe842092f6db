import { leftIsolated } from '../../core/issue/left-isolated.ts';
import { hasEffect, isolationsIn, letBackIn } from '../../core/operation/isolations.ts';
import { isolatedBy, limitsAfter, type TimeLimits } from '../../core/operation/kept-limits.ts';
import type { Operation, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

export interface KeepTimeLimitDeps {
  readonly store: Pick<
    OperationStore,
    'readFleet' | 'setTimeLimit' | 'getOperation' | 'getPlan' | 'listSteps'
  >;
  readonly clock: Clock;
}

/** Keeps the time limit of what an operation leaves isolated, and ends those of the hosts that it has let back in. */
export async function keepTimeLimit(
  { store, clock }: KeepTimeLimitDeps,
  operation: Operation,
  { strategy }: OperationPlan,
  steps: readonly StepRecord[],
): Promise<void> {
  const { timeLimits = {} } = await store.readFleet();
  const isOwn = ([, { component }]: readonly [string, TimeLimits[string]]) =>
    component === operation.component;
  const before: TimeLimits = Object.fromEntries(Object.entries(timeLimits).filter(isOwn));
  const concerned = [...letBackIn(strategy, operation, steps).byAgents, ...leftIsolated(steps)];
  const byAgentsOnly = new Set<string>();
  for (const [id, limit] of Object.entries(before)) {
    const isConcerned = limit.targets.some((target) => concerned.includes(target));
    if (isConcerned && (await isByAgentsOnly(store, isolatedBy(id, limit)))) byAgentsOnly.add(id);
  }
  const after = limitsAfter(strategy, operation, steps, before, byAgentsOnly, clock.nowMs());
  // New ones first: a host rather has two limits than none.
  for (const [id, limit] of Object.entries(after))
    if (JSON.stringify(limit) !== JSON.stringify(before[id])) await store.setTimeLimit(id, limit);
  for (const id of Object.keys(before)) if (after[id] === undefined) await store.setTimeLimit(id, undefined);
}

/** Whether an operation has changed no security groups; without its records, that is not known. */
async function isByAgentsOnly(
  store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps'>,
  operationId: string,
): Promise<boolean> {
  const operation = await store.getOperation(operationId);
  const plan = operation && (await store.getPlan(operation.planId));
  if (!plan) return false;
  const isolations = isolationsIn(plan.strategy, operation, await store.listSteps(operationId));
  return isolations.length > 0 && !isolations.some((one) => one.byGroups && hasEffect(one));
}
