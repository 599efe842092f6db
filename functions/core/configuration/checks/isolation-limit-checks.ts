import { isLifting, LIFT_STRATEGY, waysBack } from '../../operation/time-limit.ts';
import { formatDuration } from '../duration.ts';
import type { Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Component, Settings } from '../schema/schema.ts';
import { componentsOf } from './strategy-checks.ts';

/** How much longer than a limit records are kept: operations take time, and lifts may be held back or fail at first. */
const MARGIN_SECONDS = 172_800;
const DAY_SECONDS = 86_400;

/** Isolations that could not be lifted at their time limit. */
export function checkIsolationLimits({
  settings,
  components,
  strategies,
}: ReadableParts): readonly Finding[] {
  return [
    ...(settings ? strategies.flatMap((indexed) => checkRetention(indexed, settings)) : []),
    ...strategies
      .filter(({ strategy }) => strategy.id === LIFT_STRATEGY)
      .flatMap((lift) => checkLift(lift, strategies, components)),
  ];
}

/** A lift reads in the records how its hosts were isolated, and what their security groups were. */
function checkRetention({ index, strategy }: IndexedStrategy, settings: Settings): readonly Finding[] {
  const keptSeconds = settings.historyRetentionDays * DAY_SECONDS;
  return strategy.actions.flatMap(({ params }, at): readonly Finding[] => {
    const limitSeconds = params['limitSeconds'];
    if (typeof limitSeconds !== 'number' || limitSeconds + MARGIN_SECONDS <= keptSeconds) return [];
    const days = Math.ceil((limitSeconds + MARGIN_SECONDS) / DAY_SECONDS);
    return [
      {
        severity: 'error',
        code: 'limit-outlasts-records',
        path: ['strategies', index, 'actions', at, 'params', 'limitSeconds'],
        value: limitSeconds,
        message: `at the limit of ${formatDuration(limitSeconds)}, the records that say how to lift the isolation could be gone: they are kept for ${formatDuration(keptSeconds)} (settings.historyRetentionDays)`,
        remedy: `Write \`historyRetentionDays: ${days}\` or more, two days longer than the limit; or shorten the limit.`,
      },
    ];
  });
}

/** A strategy of the file that lifts isolations, and leaves some of them, or some components. */
function checkLift(
  { index, strategy }: IndexedStrategy,
  strategies: readonly IndexedStrategy[],
  components: ReadonlyMap<string, Component>,
): readonly Finding[] {
  const lifted = strategies.flatMap(({ strategy: other }) => {
    const isolations = other.actions.filter(isLifting);
    return isolations.length > 0 ? [{ other, isolations }] : [];
  });
  const isUndone = (by: string) =>
    strategy.actions.some(({ type, params }) => type === 'restore_network' && params['by'] === by);
  const missing = waysBack(lifted.flatMap(({ isolations }) => isolations)).filter((by) => !isUndone(by));
  const own = new Set(componentsOf(strategy, components).map(([name]) => name));
  const left = lifted.flatMap(({ other }) => componentsOf(other, components).map(([name]) => name));
  const unlifted = [...new Set(left)].filter((name) => !own.has(name));
  const refused = { severity: 'error', code: 'isolation-not-lifted', value: strategy.id } as const;
  return [
    ...missing.map(
      (by): Finding => ({
        ...refused,
        path: ['strategies', index, 'actions'],
        message: `\`${strategy.id}\` does not lift what is isolated by ${by === 'agent' ? 'agents' : 'security groups'} with \`afterLimit: lift\``,
        remedy: `Add \`- { type: restore_network, params: { by: ${by} } }\`.`,
      }),
    ),
    ...(unlifted.length > 0
      ? [
          {
            ...refused,
            path: ['strategies', index, 'components'],
            message: `\`${strategy.id}\` is not for ${unlifted.join(', ')}, which another strategy isolates with \`afterLimit: lift\``,
            remedy: `Add ${unlifted.join(', ')} to its \`components\`, or remove the list.`,
          },
        ]
      : []),
  ];
}
