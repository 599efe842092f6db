import type { CompiledConfiguration } from './compiled.ts';
import { MODES, type Mode } from './modes.ts';
import type { Strategy } from './schema/strategy-schema.ts';

type Modes = Pick<CompiledConfiguration, 'settings' | 'groups' | 'components'>;

/**
 * The configured mode of an operation: the strictest of the settings, of the component, of its group and of the strategies.
 *
 * @param strategies the one to be used, and those that would have come before it: a strategy whose turn comes because
 *   one that is only observed did not help is no less strict than that one
 */
export function modeOf(
  { settings, groups, components }: Modes,
  name: string,
  strategies: readonly Pick<Strategy, 'mode'>[],
): Mode {
  const component = components[name];
  const group = component?.group === undefined ? undefined : groups[component.group];
  return strictest([settings.mode, group?.mode, component?.mode, ...strategies.map(({ mode }) => mode)]);
}

/** `auto` if none says otherwise. */
function strictest(modes: readonly (Mode | undefined)[]): Mode {
  return MODES.find((mode) => modes.includes(mode)) ?? 'auto';
}

/** The same, with nothing held back: what `auto` would do. */
export function inAutoMode(configuration: CompiledConfiguration): CompiledConfiguration {
  const { settings, groups, components, strategies } = configuration;
  return {
    ...configuration,
    settings: asAuto(settings),
    groups: Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, asAuto(group)])),
    components: Object.fromEntries(
      Object.entries(components).map(([name, component]) => [name, asAuto(component)]),
    ),
    strategies: strategies.map(asAuto),
  };
}

const asAuto = <Item extends object>(item: Item) => ({ ...item, mode: 'auto' as const });
