import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { MODES, type StricterMode } from '../../functions/core/configuration/modes.ts';
import type { Random } from '../../local/embedded/random/seeded-random.ts';
import { drawVariant, pick } from './fleet/variants.ts';
import { LAST_INCIDENT_MS, type Planned } from './schedule.ts';

/** In how many runs people set modes. */
const SHARE = 0.35;
const LONGEST_MODE_SECONDS = 25 * 60;

/** Proposals are wanted more often than that nothing is done: they lead to more. */
const STRICTER: readonly StricterMode[] = ['observe', 'propose', 'propose', 'propose'];

/**
 * Modes that people set during a run and lift again, and configurations with modes that they deploy. Drawn from numbers of
 * its own: the rest of a run is the same with and without them.
 */
export function drawModes(fleet: CompiledConfiguration, random: Random): readonly Planned[] {
  if (random() >= SHARE) return [];
  const anyTime = () => Math.round(random() * LAST_INCIDENT_MS);
  const settings = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) =>
    drawSetting(fleet, random, anyTime(), index + 1),
  );
  const deployed = random() < 0.3 && {
    id: 'modes-deployed',
    atMs: anyTime(),
    what: 'redeployed' as const,
    configuration: withMode(drawVariant(fleet, random), random),
  };
  return [...settings.flat(), ...(deployed ? [deployed] : [])];
}

/** For a time, until it is lifted, or for a day unless it is lifted at the end. */
function drawSetting(
  fleet: CompiledConfiguration,
  random: Random,
  atMs: number,
  number: number,
): readonly Planned[] {
  const part = pick(random, [
    {},
    { group: pick(random, Object.keys(fleet.groups)) },
    { component: pick(random, Object.keys(fleet.components)) },
    { component: pick(random, Object.keys(fleet.components)) },
  ]);
  const mode = pick(random, STRICTER);
  const seconds = 60 + Math.round(random() * LONGEST_MODE_SECONDS);
  const set = { command: 'set_mode', mode, ...part, reason: 'an incident' };
  const what = 'mode-set' as const;
  const id = `mode-${number}`;
  const how = random();
  if (how < 0.6) return [{ id, atMs, what, detail: { ...set, for: `${seconds}s` } }];
  if (how < 0.7) return [{ id, atMs, what, detail: set }];
  const next = pick(random, MODES);
  return [
    { id, atMs, what, detail: set },
    { id: `${id}-changed`, atMs: atMs + seconds * 1_000, what, detail: { ...set, mode: next } },
  ];
}

/** The same with a mode for everything, a group, a component or a strategy. */
function withMode(configuration: CompiledConfiguration, random: Random): CompiledConfiguration {
  const { settings, groups, components, strategies } = configuration;
  const mode = pick(random, STRICTER);
  const of = pick(random, ['everything', 'group', 'component', 'strategy', 'strategy'] as const);
  const one = <Item extends object>(items: Readonly<Record<string, Item>>) => {
    const name = pick(random, Object.keys(items));
    return Object.fromEntries(
      Object.entries(items).map(([key, item]) => [key, key === name ? { ...item, mode } : item]),
    );
  };
  switch (of) {
    case 'everything':
      return { ...configuration, settings: { ...settings, mode } };
    case 'group':
      return { ...configuration, groups: one(groups) };
    case 'component':
      return { ...configuration, components: one(components) };
    case 'strategy': {
      const { id } = pick(random, strategies);
      return {
        ...configuration,
        strategies: strategies.map((each) => (each.id === id ? { ...each, mode } : each)),
      };
    }
  }
}
