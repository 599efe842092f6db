import type { Fault } from './faults.ts';
import type { PeriodRecords } from './period-records.ts';

export interface ComponentAvailability {
  readonly component: string;
  /** Faults that touch the period. */
  readonly faults: number;
  readonly downMs: number;
  /** Share of the period without a fault. */
  readonly uptime: number;
  /** Whether a fault may have lasted longer than records show. */
  readonly isUpperBound: boolean;
}

/** Time without a fault. A component may well serve during one, and be down without a signal. */
export interface Availability {
  /** Mean over all components. @default there is no component */
  readonly uptime?: number;
  readonly isUpperBound: boolean;
  /** Longest down first. */
  readonly components: readonly ComponentAvailability[];
}

export function availabilityOf(
  { sinceMs, untilMs, components }: Pick<PeriodRecords, 'sinceMs' | 'untilMs' | 'components'>,
  faults: readonly Fault[],
): Availability {
  const periodMs = untilMs - sinceMs;
  const byComponent = Map.groupBy(faults, ({ component }) => component);
  const names = new Set([...components, ...byComponent.keys()]);
  const all = [...names].map((component) => {
    const own = byComponent.get(component) ?? [];
    // A component has one fault at a time, but the first signal of the next may be older than the end of the last.
    const downMs = covered(
      own.map((fault) => ({
        fromMs: Math.max(sinceMs, fault.beganAtMs),
        toMs: Math.min(untilMs, fault.end === 'OPEN' ? untilMs : (fault.endedAtMs ?? fault.lastSeenAtMs)),
      })),
    );
    return {
      component,
      faults: own.length,
      downMs,
      uptime: 1 - downMs / periodMs,
      isUpperBound: own.some(({ end }) => end === 'ENDED_UNKNOWN' || end === 'CONTAINED'),
    };
  });
  return {
    ...(all.length > 0 && { uptime: all.reduce((sum, { uptime }) => sum + uptime, 0) / all.length }),
    isUpperBound: all.some(({ isUpperBound }) => isUpperBound),
    components: all.toSorted((a, b) => b.downMs - a.downMs || (a.component < b.component ? -1 : 1)),
  };
}

/** The length of what the spans cover together. */
function covered(spans: readonly { readonly fromMs: number; readonly toMs: number }[]): number {
  let total = 0;
  let reachedMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    total += Math.max(0, toMs - Math.max(fromMs, reachedMs));
    reachedMs = Math.max(reachedMs, toMs);
  }
  return total;
}
