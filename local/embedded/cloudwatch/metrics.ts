import type { Metrics } from '../../../functions/ports/announcers.ts';

/** Counts of what would be metrics, by name and distinguishing dimension: `Refusals/COOLDOWN`. */
export interface CountedMetrics extends Metrics {
  readonly counts: () => Readonly<Record<string, number>>;
}

export function createCountedMetrics(): CountedMetrics {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    operationConcluded: ({ strategyId, state }) => count(`Operations/${strategyId}/${state}`),
    stepEnded: ({ action, outcome = 'UNKNOWN' }) => count(`Actions/${action}/${outcome}`),
    refused: (reason) => count(`Refusals/${reason}`),
    // One for each minute of an incident says nothing as a count.
    level: () => {},
    counts: () => Object.fromEntries(counts),
  };
}
