import type { HealthAlert } from '../signal/health-alert.ts';
import { CONFIDENCE_THRESHOLD, NEVER_RESTART, type SupportedCause, type SuspectedChange } from './cause.ts';
import { alertAlone } from './evidence.ts';
import { findCauses } from './find-causes.ts';

/** What a repair must not do. */
export interface RepairBounds {
  /** There is more to do than the component can do: nothing may be taken down, but to roll a change back. */
  readonly overload?: SupportedCause;
  /** The change that may be at fault: its rollback may be done all the same. */
  readonly suspected?: Pick<SuspectedChange, 'kind' | 'source'>;
  /** A change of the component is in progress: nothing but its rollback may be done. */
  readonly onlyRollback: boolean;
}

/**
 * The bounds that diagnosis sets to the repair of an alert; `undefined` if it sets none. The alert alone may show an
 * overload. What a person asks for has none.
 */
export function repairBounds(alert: HealthAlert): RepairBounds | undefined {
  if (alert.origin === 'manual' || alert.strategyId !== undefined) return undefined;
  const onlyRollback = alert.change?.isInProgress === true;
  const overload = overloadOf(alert);
  if (!overload && !onlyRollback) return undefined;
  return {
    onlyRollback,
    ...(overload && { overload }),
    ...(alert.change && { suspected: alert.change }),
  };
}

function overloadOf(alert: HealthAlert): SupportedCause | undefined {
  const [likeliest] = alert.causes ?? findCauses(alertAlone(alert)).supported;
  const isOverload =
    likeliest !== undefined &&
    likeliest.confidence >= CONFIDENCE_THRESHOLD &&
    NEVER_RESTART.has(likeliest.code);
  return isOverload ? likeliest : undefined;
}
