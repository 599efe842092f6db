import type { Refusal } from '../../core/admission/refusal.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import { repairBounds } from '../../core/diagnosis/repair-bounds.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { matchingStrategies } from '../../core/signal/match-strategy.ts';

/** The strategies that answer an alert. */
export interface AnsweringStrategies {
  readonly strategies: readonly Strategy[];
  /** Ids of those that roll the alert's change back for every component that it changed. */
  readonly rollbacks: ReadonlySet<string>;
}

/**
 * The strategies that may heal an alert, after diagnosis, or why there is none: a cause that was not found is not one,
 * only the rollback of a change may be done while it is in progress, and nothing is taken down under a load that is too
 * high already. What a person asks for is not limited.
 */
export async function strategiesFor(
  strategies: readonly Strategy[],
  alert: HealthAlert,
): Promise<AnsweringStrategies | { readonly refusal: Refusal }> {
  const { causes = [] } = alert;
  const matching = matchingStrategies(strategies, { ...alert, causes });
  if (matching.length === 0) return { refusal: noStrategy(alert) };
  const bounds = repairBounds(alert);
  if (!bounds) return { strategies: matching, rollbacks: await rollbacksAmong(matching, alert) };

  // Few alerts are bounded, and the table of actions is large.
  const { allowedStrategies } = await import('../../core/diagnosis/allowed-strategies.ts');
  const allowed = allowedStrategies(matching, bounds);
  if (allowed.length > 0) return { strategies: allowed, rollbacks: await rollbacksAmong(allowed, alert) };
  const names = matching.map(({ id }) => id).join(', ');
  const { overload } = bounds;
  const detail = overload
    ? `${overload.code} (${overload.supports.join('; ')}): ${names} would take targets down, which makes it worse`
    : `${names}: none rolls the change back`;
  return { refusal: { reason: 'NO_STRATEGY', detail: shortReason(detail) } };
}

/** Strategies match the alert itself, or it would have been refused before. */
function noStrategy({ causes: [likeliest] = [] }: HealthAlert): Refusal {
  const found = likeliest
    ? `${likeliest.code} of ${likeliest.component}, confidence ${likeliest.confidence}`
    : 'no cause';
  return { reason: 'NO_STRATEGY', detail: `diagnosis found ${found}, and no strategy handles that cause` };
}

/** Few alerts have a change, and the table of actions is large. */
async function rollbacksAmong(
  strategies: readonly Strategy[],
  { change }: HealthAlert,
): Promise<ReadonlySet<string>> {
  if (!change) return new Set();
  const { rollsBackForAll } = await import('../../core/diagnosis/allowed-strategies.ts');
  return new Set(strategies.filter((each) => rollsBackForAll(each, change)).map(({ id }) => id));
}
