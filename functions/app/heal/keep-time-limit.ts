import { leftIsolated } from '../../core/issue/left-isolated.ts';
import { hasEffect, isolationsIn, letBackIn } from '../../core/operation/isolations.ts';
import {
  haveRoom,
  isolatedBy,
  limitsAfter,
  MAXIMUM_LIMITS,
  type TimeLimits,
} from '../../core/operation/kept-limits.ts';
import type { Operation, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { TimeLimit } from '../../core/operation/time-limit.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

export interface KeepTimeLimitDeps {
  readonly store: Pick<
    OperationStore,
    'readFleet' | 'setTimeLimit' | 'getOperation' | 'getPlan' | 'listSteps'
  >;
  readonly clock: Clock;
}

/**
 * Keeps the time limit of what an operation leaves isolated, and ends those of the hosts that it has let back in.
 *
 * @returns why the limit is not kept, if there are too many
 */
export async function keepTimeLimit(
  { store, clock }: KeepTimeLimitDeps,
  operation: Operation,
  { strategy }: OperationPlan,
  steps: readonly StepRecord[],
): Promise<string | undefined> {
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
  const wanted = limitsAfter(strategy, operation, steps, before, byAgentsOnly, clock.nowMs());
  const others = Object.fromEntries(Object.entries(timeLimits).filter((entry) => !isOwn(entry)));
  const { [operation.operationId]: own, ...rest } = wanted;
  const isTooMuch = own !== undefined && !haveRoom({ ...others, ...wanted });
  const after = isTooMuch ? rest : wanted;
  // Those that gain hosts first: two limits of a host are better than none.
  const gains = ([id, { targets }]: readonly [string, TimeLimit]) =>
    targets.some((target) => !before[id]?.targets.includes(target));
  const changed = Object.entries(after).filter(
    ([id, limit]) => JSON.stringify(limit) !== JSON.stringify(before[id]),
  );
  for (const [id, limit] of changed.toSorted((one, other) => Number(gains(other)) - Number(gains(one))))
    await store.setTimeLimit(id, limit);
  for (const id of Object.keys(before)) if (after[id] === undefined) await store.setTimeLimit(id, undefined);
  if (!isTooMuch) return undefined;
  const { limits, hosts } = MAXIMUM_LIMITS;
  return shortReason(
    `The isolation has no time limit, so that a person has to lift it: there are limits of ${limits} isolations or ${hosts} hosts already. Isolated: ${own.targets.join(', ')}`,
  );
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
