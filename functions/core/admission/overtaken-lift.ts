import { isolatedBy } from '../operation/kept-limits.ts';
import { shortened } from '../operation/target-report.ts';
import { LIMIT_METRIC } from '../operation/time-limit.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

/**
 * Refuses to let hosts back in whose isolation the reconciler had asked to lift, if they no longer follow the time limit of
 * that isolation: since then they have been let in, or isolated again by a repair with a limit of its own.
 */
export function overtakenLiftRefusal(
  { origin, metric, lifts, targets }: HealthAlert,
  { timeLimits = {} }: FleetRecord,
): Refusal | undefined {
  if (lifts === undefined || origin !== 'reconciler' || metric !== LIMIT_METRIC) return undefined;
  const limited = new Set(
    Object.entries(timeLimits).flatMap(([id, limit]) =>
      isolatedBy(id, limit) === lifts ? limit.targets : [],
    ),
  );
  const others = targets.filter((target) => !limited.has(target));
  if (others.length === 0) return undefined;
  const detail = `${shortened(others)}: no longer under the time limit of ${lifts}: let back in since, or isolated again`;
  return { reason: 'OVERTAKEN', detail };
}
