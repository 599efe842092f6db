import type { Limits, ObservedFleet, ObservedOperations } from './records.ts';

/**
 * The limits after a component recovered by itself: its observed operation would have ended then, and its cooldown begun.
 * Events come late: a recovery from before the operation ends nothing.
 */
export function withoutObserved({ component, fleet }: Limits, atMs: number): Limits {
  const { observed } = component;
  if (!observed || observed.unrecovered.length === 0) return { component, fleet };
  const startedAtMs = observed.attemptsMs[observed.strategyId]?.at(-1) ?? 0;
  if (atMs < startedAtMs) return { component, fleet };
  const earlierByMs = Math.max(0, observed.untilMs - atMs);
  const untilMs = observed.untilMs - earlierByMs;
  const ended: ObservedOperations = {
    ...observed,
    untilMs,
    cooldownUntilMs: earlier(observed.cooldownUntilMs, observed.strategyId, earlierByMs),
    unrecovered: [],
  };
  return {
    component: { ...component, revision: component.revision + 1, observed: ended },
    fleet: {
      ...fleet,
      revision: fleet.revision + 1,
      ...(fleet.observed && {
        observed: endedIn(fleet.observed, component.component, observed.strategyId, earlierByMs),
      }),
    },
  };
}

function endedIn(
  observed: ObservedFleet,
  component: string,
  strategyId: string,
  byMs: number,
): ObservedFleet {
  return {
    untilMs: earlier(observed.untilMs, component, byMs),
    strategyCooldownUntilMs: earlier(observed.strategyCooldownUntilMs, strategyId, byMs),
  };
}

function earlier(
  times: Readonly<Record<string, number>>,
  name: string,
  byMs: number,
): Readonly<Record<string, number>> {
  const time = times[name];
  return time === undefined ? times : { ...times, [name]: time - byMs };
}
