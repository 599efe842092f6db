import type { Fault } from './faults.ts';

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 7;
const OFTEN = 3;

/** The same fault of the same component, again and again: repairs help each time, and the cause is still there. */
export interface RecurringFault {
  readonly component: string;
  readonly cause: string;
  /** Faults within a week, in the week in which there were most. */
  readonly count: number;
  readonly firstBeganAtMs: number;
  readonly lastBeganAtMs: number;
  readonly strategyIds: readonly string[];
}

/**
 * Faults that came at least three times within a week, the most frequent first.
 *
 * @param faults in the order in which they began
 */
export function recurringFaults(faults: readonly Fault[]): readonly RecurringFault[] {
  return [...Map.groupBy(faults, ({ component, cause }) => `${component}\n${cause}`).values()]
    .flatMap((own) => {
      const [first] = own;
      const week = busiestWeek(own);
      if (!first || week.length < OFTEN) return [];
      const { component, cause } = first;
      const began = week.map(({ beganAtMs }) => beganAtMs);
      return [
        {
          ...{ component, cause, count: week.length },
          firstBeganAtMs: Math.min(...began),
          lastBeganAtMs: Math.max(...began),
          strategyIds: [...new Set(week.flatMap(({ strategyIds }) => strategyIds))],
        },
      ];
    })
    .toSorted((a, b) => b.count - a.count || b.lastBeganAtMs - a.lastBeganAtMs);
}

/** The most faults within a week, and the latest such week. */
function busiestWeek(sorted: readonly Fault[]): readonly Fault[] {
  let busiest: readonly Fault[] = [];
  for (const [from, { beganAtMs }] of sorted.entries()) {
    const week = sorted.slice(from).filter((other) => other.beganAtMs < beganAtMs + WINDOW_DAYS * DAY_MS);
    if (week.length >= busiest.length) busiest = week;
  }
  return busiest;
}
