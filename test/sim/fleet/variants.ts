import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Random } from '../../../local/embedded/random/seeded-random.ts';
import { FLEETS } from './fleets.ts';

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** The fleet that a run starts with: one of a few, so that each is synthesized only once. */
export function drawFleet(random: Random): CompiledConfiguration {
  return pick(random, FLEETS);
}

/**
 * The same components and alarms under other limits: what an engineer changes and deploys on an ordinary day.
 *
 * @param options.midway also pauses, takes a strategy away, or lets one rest for all components
 */
export function drawVariant(
  fleet: CompiledConfiguration,
  random: Random,
  { midway = false }: { readonly midway?: boolean } = {},
): CompiledConfiguration {
  const groups = Object.fromEntries(
    Object.entries(fleet.groups).map(([name, group]) => [
      name,
      { ...group, maxInFlight: pick(random, [1, 1, 2]), minHealthy: pick(random, [0, 1, 2]) },
    ]),
  );
  const names = Object.keys(fleet.components);
  const excluded = random() < 0.15 ? pick(random, names) : undefined;
  const components = Object.fromEntries(
    Object.entries(fleet.components).map(([name, component]) => [
      name,
      { ...component, excluded: name === excluded, maxConcurrentTargets: pick(random, [1, 2]) },
    ]),
  );
  const gone = midway && random() < 0.2 ? pick(random, fleet.strategies).id : undefined;
  const strategies = fleet.strategies
    .filter(({ id }) => id !== gone)
    .map((strategy) => ({
      ...strategy,
      maxAttempts: pick(random, [1, 2, 3]),
      attemptWindowSeconds: pick(random, [1_200, 3_600, 3_600]),
      cooldownSeconds: pick(random, [0, 60, 120, 300]),
      cooldownScope:
        midway && random() < 0.1 ? pick(random, ['component', 'strategy'] as const) : strategy.cooldownScope,
    }));
  const settings = {
    ...fleet.settings,
    maxConcurrentRepairs: pick(random, [1, 2, 3, 4]),
    paused: midway && random() < 0.15,
  };
  return { ...fleet, groups, components, strategies, settings };
}
