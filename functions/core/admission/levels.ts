import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { attemptsInWindow } from './decide-admission.ts';
import type { FleetRecord, Limits } from './records.ts';

/** How much of something there is at a time: a figure of the dashboard. */
export interface Level {
  readonly name: string;
  readonly unit: 'Count' | 'Percent';
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * What counts as unhealthy, and how much of each budget is used up. A metric costs money for every hour in which it is
 * written: there is none of an idle fleet, group or component.
 *
 * @param red the limits of components that have a red alarm
 */
export function levelsOf(
  configuration: CompiledConfiguration,
  fleet: FleetRecord,
  red: readonly Limits[],
  nowMs: number,
): readonly Level[] {
  const { inFlight, unhealthy, queue } = fleet;
  if (inFlight.length === 0 && unhealthy.length === 0 && red.length === 0) return [];
  const waiting = queue && queue.validUntilMs > nowMs ? queue.length : 0;
  return [
    count('ComponentsUnhealthy', unhealthy.length),
    count('RepairsInFlight', inFlight.length),
    count('RepairsWaiting', waiting),
    ...groupLevels(configuration, fleet),
    ...red.flatMap((limits) => attemptLevels(configuration, limits, nowMs)),
  ];
}

function count(name: string, value: number): Level {
  return { name, unit: 'Count', value, dimensions: {} };
}

function groupLevels({ groups }: CompiledConfiguration, { inFlight }: FleetRecord): readonly Level[] {
  return Object.entries(groups).flatMap(([group, { members, maxInFlight }]) => {
    const used = members.filter((member) => inFlight.includes(member)).length;
    return used === 0 ? [] : [share('GroupBudgetUsed', used, maxInFlight, { group })];
  });
}

/** Each strategy has a number of attempts on each component, within a time. */
function attemptLevels(
  { strategies }: CompiledConfiguration,
  { component: record }: Limits,
  nowMs: number,
): readonly Level[] {
  return strategies.flatMap((strategy) => {
    const used = attemptsInWindow(strategy, record, nowMs).length;
    const dimensions = { component: record.component, strategy: strategy.id };
    return used === 0 ? [] : [share('AttemptsUsed', used, strategy.maxAttempts, dimensions)];
  });
}

function share(name: string, used: number, limit: number, dimensions: Level['dimensions']): Level {
  return { name, unit: 'Percent', value: Math.round((used / limit) * 100), dimensions };
}
