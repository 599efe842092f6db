import type { CompiledConfiguration } from './compiled.ts';
import { alarmBindings } from './planned-alarms.ts';
import type { Configuration, Strategy } from './schema.ts';

/** The artefact that the Lambdas carry, from a configuration that loadConfiguration has found sound. */
export function compile(configuration: Configuration): CompiledConfiguration {
  const { settings, groups, components, strategies, watchdog, peers } = configuration;
  return {
    formatVersion: 1,
    settings,
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, group]) => {
        const members = Object.keys(components).filter((member) => components[member]?.group === name);
        return [name, { ...group, members: members.sort() }];
      }),
    ),
    components,
    strategies: strategies as readonly Strategy[],
    alarms: alarmBindings(configuration),
    watchdog,
    peers,
  };
}
