import { diagnose } from '../diagnosis/diagnose.ts';
import type { Operation } from '../operation/operation.ts';
import { planIdOf } from '../operation/operation-plan.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { Grant } from './grant.ts';

/** The operation that a grant begins. It is diagnosed now, so that its record need not be written a second time. */
export function grantedOperation(alert: HealthAlert, grant: Grant): Operation {
  const { operationId, plan, claim, attempt, startedAtMs, deadlineMs } = grant;
  return {
    operationId,
    component: alert.component,
    strategyId: plan.strategy.id,
    planId: planIdOf(plan),
    state: 'HEALING',
    alert,
    diagnosis: diagnose(alert),
    fence: claim.fence,
    attempt,
    startedAtMs,
    deadlineMs,
  };
}
