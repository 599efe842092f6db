import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Strategy } from '../../../functions/core/configuration/schema/schema.ts';
import type { Random } from '../../../local/embedded/random/seeded-random.ts';
import { FLEETS, type FleetName } from './fleets.ts';

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** The shares of runs that start from one of these fleets. */
const SHARES: readonly (readonly [readonly FleetName[], number])[] = [
  // Runs with a watchdog take twice as long as others, so that they are rarer.
  [['mesh'], 1 / 9],
  [['chain'], 1 / 10],
  [['shop', 'cluster'], 2 / 3 - 1 / 9 - 1 / 10 - 1 / 12],
  [['market'], 1 / 12],
  [['estate'], 1 / 3 - 1 / 9],
  [['farm'], 1],
];

/** The fleet that a run starts with: one of a few, because each has to be synthesized. */
export function drawFleet(random: Random): CompiledConfiguration {
  let left = random();
  const [names] = SHARES.find(([, share]) => {
    left -= share;
    return left < 0;
  }) ?? [['shop']];
  return FLEETS[pick(random, names)];
}

/**
 * The same hosts and alarms under other limits: what an engineer changes and deploys on an ordinary day.
 *
 * @param options.midway also pauses, rewrites and removes strategies, and moves and removes components
 */
export function drawVariant(
  fleet: CompiledConfiguration,
  random: Random,
  { midway = false }: { readonly midway?: boolean } = {},
): CompiledConfiguration {
  const maybe = (share: number) => midway && random() < share;
  const names = Object.keys(fleet.components);
  const excluded = random() < 0.15 ? pick(random, names) : undefined;
  const removed = maybe(0.2) ? pick(random, names) : undefined;
  const moved = maybe(0.3) ? pick(random, names) : undefined;
  const groupNames = Object.keys(fleet.groups);
  const components = Object.fromEntries(
    Object.entries(fleet.components)
      .filter(([name]) => name !== removed)
      .map(([name, component]) => [
        name,
        {
          ...component,
          excluded: name === excluded || component.excluded,
          maxConcurrentTargets: pick(random, [1, 2]),
          ...(name === moved && { group: pick(random, groupNames) }),
        },
      ]),
  );
  const groups = Object.fromEntries(
    groupNames.map((name) => [
      name,
      {
        maxInFlight: pick(random, [1, 1, 2]),
        minHealthy: pick(random, [0, 1, 2]),
        members: Object.keys(components)
          .filter((member) => components[member]?.group === name)
          .sort(),
      },
    ]),
  );
  const gone = maybe(0.2) ? pick(random, fleet.strategies).id : undefined;
  const rewritten = maybe(0.4) ? pick(random, fleet.strategies).id : undefined;
  const strategies = fleet.strategies
    .filter(({ id }) => id !== gone)
    .map((strategy) => ({
      ...(strategy.id === rewritten ? rewrite(strategy, random) : strategy),
      maxAttempts: pick(random, [1, 2, 3]),
      attemptWindowSeconds: pick(random, [1_200, 3_600, 3_600]),
      cooldownSeconds: pick(random, [0, 60, 120, 300]),
      cooldownScope: maybe(0.1) ? pick(random, ['component', 'strategy'] as const) : strategy.cooldownScope,
    }));
  const settings = {
    ...fleet.settings,
    maxConcurrentRepairs: pick(random, [1, 2, 3, 4]),
    paused: maybe(0.15),
    // Where nothing is learned, nothing is drawn.
    ...(fleet.settings.learning.mode !== 'off' && {
      learning: { ...fleet.settings.learning, mode: pick(random, ['apply', 'apply', 'suggest'] as const) },
    }),
  };
  const alarms = Object.fromEntries(
    Object.entries(fleet.alarms).filter(([, { component }]) => component !== removed),
  );
  return { ...fleet, groups, components, strategies, settings, alarms, watchdog: watchdogOf(fleet, random) };
}

/** Half of the watchdogs confirm a first miss between two rounds. */
function watchdogOf({ watchdog }: CompiledConfiguration, random: Random): CompiledConfiguration['watchdog'] {
  return watchdog.enabled && random() < 0.5 ? { ...watchdog, confirmSeconds: 15 } : watchdog;
}

/** Other actions, another verification, another rollback: none of it may affect what is in flight. */
function rewrite(strategy: Strategy, random: Random): Strategy {
  const { actions, rollback, verify } = strategy;
  return {
    ...strategy,
    actions: pick(random, [actions.toReversed(), actions.slice(-1), actions]),
    rollback: pick(random, [
      { ...rollback, actions: [] },
      { ...rollback, onFailure: 'escalate' },
    ]),
    verify: { ...verify, stableSeconds: pick(random, [2, 5, 20]) },
  };
}
