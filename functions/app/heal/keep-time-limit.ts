import type { Operation, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { isLifted, timeLimitOf, withoutTargets } from '../../core/operation/time-limit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

export interface KeepTimeLimitDeps {
  readonly store: Pick<OperationStore, 'readFleet' | 'setTimeLimit'>;
  readonly clock: Clock;
}

/** Keeps the time limit of what an operation leaves isolated, and ends that of what it has lifted. */
export async function keepTimeLimit(
  { store, clock }: KeepTimeLimitDeps,
  operation: Operation,
  { strategy }: OperationPlan,
  steps: readonly StepRecord[],
): Promise<void> {
  const { timeLimits = {} } = await store.readFleet();
  const { operationId, alert } = operation;
  const lifted = alert.lifts === undefined ? undefined : timeLimits[alert.lifts];
  if (alert.lifts !== undefined && lifted && isLifted(steps))
    await store.setTimeLimit(alert.lifts, withoutTargets(lifted, alert.targets));
  const limit = timeLimitOf(strategy, operation, steps, timeLimits, clock.nowMs());
  if (limit) await store.setTimeLimit(operationId, limit);
}
