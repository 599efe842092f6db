import { decideAdmission } from '../core/admission/decide-admission.ts';
import { earlyRefusal } from '../core/admission/early-refusal.ts';
import { grantedOperation } from '../core/admission/granted-operation.ts';
import type { Limits } from '../core/admission/records.ts';
import type { Refusal } from '../core/admission/refusal.ts';
import { busySibling } from '../core/admission/shared-targets.ts';
import { countsInGroup, isRemembered } from '../core/admission/unhealthy.ts';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { Strategy } from '../core/configuration/schema.ts';
import { hasEnded, type Operation } from '../core/operation/operation.ts';
import { operationIdOf } from '../core/operation/operation-id.ts';
import { shortReason } from '../core/signal/event-values.ts';
import type { HealthAlert } from '../core/signal/health-alert.ts';
import { matchingStrategies } from '../core/signal/match-strategy.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { OperationStore } from '../ports/operation-store.ts';

/**
 * All admissions meet on the fleet's record, one at a time. In a storm, the losers have to wait long enough for every
 * budget to be used up, but not longer than the function may run.
 */
const TRY_FOR_MS = 15_000;
const FIRST_BACKOFF_MS = 40;
const MAXIMUM_BACKOFF_MS = 1_500;

export type Admission =
  | { readonly outcome: 'admitted'; readonly operation: Operation }
  | { readonly outcome: 'ended-before'; readonly operationId: string }
  | {
      readonly outcome: 'refused';
      readonly refusal: Refusal;
      readonly strategyId?: string;
      /** When people were notified that all attempts are spent. */
      readonly exhaustionNotifiedAtMs?: number;
    };

export interface AdmitDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'readLimits' | 'admit' | 'saveFailures' | 'markUnhealthy'>;
  readonly clock: Clock;
  /** 0 to 1, for the jitter between tries. */
  readonly random: () => number;
}

/**
 * Asks for the right to heal. The decision is pure; the store accepts it only if the limits that it is based on still
 * hold. Otherwise it is made again, with the limits that have changed. If the limits can't be known, the signal is
 * refused.
 *
 * @throws ServiceError if the table refuses the request, for example for a missing permission
 */
export async function admit(deps: AdmitDeps, alert: HealthAlert): Promise<Admission> {
  const early = earlyRefusal(deps.configuration, alert);
  if (early) return { outcome: 'refused', refusal: early };
  const strategies = matchingStrategies(deps.configuration.strategies, alert);

  let known: Limits | undefined;
  let lastError: StoreUnavailable | undefined;
  const startedAtMs = deps.clock.nowMs();
  for (let attempt = 0; attempt === 0 || deps.clock.nowMs() - startedAtMs < TRY_FOR_MS; attempt += 1) {
    if (attempt > 0) await deps.clock.sleep(backoffMs(attempt) * (0.5 + deps.random() / 2));
    try {
      const admission = await tryOnce(deps, alert, strategies, known);
      if (admission.outcome !== 'again') return admission;
      known = admission.limits;
    } catch (error) {
      // Waiting does not help with anything else, and a refusal would hide it.
      if (!(error instanceof StoreUnavailable)) throw error;
      lastError = error;
      known = undefined;
    }
  }
  const detail =
    lastError === undefined
      ? 'the limits changed faster than they could be read'
      : `${lastError.name}: ${lastError.message}`;
  return { outcome: 'refused', refusal: { reason: 'LIMITS_UNKNOWN', detail: shortReason(detail) } };
}

function backoffMs(attempt: number): number {
  return Math.min(MAXIMUM_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

async function tryOnce(
  deps: AdmitDeps,
  alert: HealthAlert,
  strategies: readonly Strategy[],
  known: Limits | undefined,
): Promise<Admission | { readonly outcome: 'again'; readonly limits?: Limits }> {
  const read = known ? { limits: known } : await deps.store.readLimits(alert.component, operationIdOf(alert));
  if ('operation' in read && read.operation) return duplicateOf(read.operation);

  const decision = decideAdmission(alert, strategies, deps.configuration, read.limits, deps.clock.nowMs());
  if (decision.decision === 'grant') {
    const operation = grantedOperation(alert, decision.grant);
    const outcome = await deps.store.admit(operation, decision.grant, read.limits);
    if (outcome.outcome === 'granted') return { outcome: 'admitted', operation };
    if (outcome.outcome === 'duplicate') return duplicateOf(outcome.operation);
    return { outcome: 'again', ...(outcome.limits && { limits: outcome.limits }) };
  }

  const { refusal, strategy, failuresMs } = decision;
  if (
    strategy &&
    failuresMs &&
    !(await deps.store.saveFailures(read.limits.component, strategy.id, failuresMs))
  ) {
    return { outcome: 'again' };
  }
  // The reconciler looks only at components that count as unhealthy, and their records have to be cleared one day.
  if (isRemembered(decision) || countsInGroup(alert.component, deps.configuration, decision)) {
    await countAsUnhealthy(deps, alert.component, read.limits);
  }
  const { exhaustionNotifiedAtMs } = read.limits.component;
  return {
    outcome: 'refused',
    refusal:
      refusal.reason === 'TARGET_BUSY'
        ? await namingTheOperation(deps, alert, read.limits, refusal)
        : refusal,
    ...(strategy && { strategyId: strategy.id }),
    ...(exhaustionNotifiedAtMs !== undefined && { exhaustionNotifiedAtMs }),
  };
}

/**
 * A signal delivered twice: if its operation is running, it is started again, which is harmless because executions have
 * unique names.
 */
function duplicateOf(operation: Operation): Admission {
  return hasEnded(operation)
    ? { outcome: 'ended-before', operationId: operation.operationId }
    : { outcome: 'admitted', operation };
}

/** The fleet's record says which components are in flight; a sibling's own says with which operation, and until when. */
async function namingTheOperation(
  { configuration, store }: AdmitDeps,
  alert: HealthAlert,
  { fleet }: Limits,
  refusal: Refusal,
): Promise<Refusal> {
  const sibling = busySibling(alert.component, configuration, fleet);
  if (sibling === undefined) return refusal;
  const { claim } = (await store.readLimits(sibling)).limits.component;
  if (!claim) return refusal;
  return {
    ...refusal,
    detail: `${refusal.detail}: operation ${claim.operationId}`,
    eligibleAtMs: claim.leaseUntilMs,
  };
}

async function countAsUnhealthy(deps: AdmitDeps, component: string, { fleet }: Limits): Promise<void> {
  if (!fleet.unhealthy.includes(component)) await deps.store.markUnhealthy(component);
}
