import { withAgentsFirst } from '../operation/agent-first.ts';
import { componentsOf } from './checks/strategy-checks.ts';
import type { CompiledConfiguration } from './compiled.ts';
import { withLifting } from './lift-strategy.ts';
import { alarmBindings } from './planned-alarms.ts';
import type { Configuration, DeclaredStrategy, Strategy } from './schema/schema.ts';
import { withLevels } from './threshold-levels.ts';
import { verificationTimeoutSeconds } from './verification-timeout.ts';

/** The artefact that the Lambdas carry, from a configuration that loadConfiguration has accepted. */
export function compile(configuration: Configuration): CompiledConfiguration {
  const { settings, windows, groups, components, strategies, watchdog, peers } = configuration;
  return {
    formatVersion: 1,
    settings,
    windows,
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, group]) => {
        const members = Object.entries(components).filter(([, component]) => component.group === name);
        return [name, { ...group, members: members.map(([member]) => member).sort() }];
      }),
    ),
    components: Object.fromEntries(
      Object.entries(components).map(([name, component]) => [
        name,
        withLevels(component, settings.thresholds),
      ]),
    ),
    strategies: withLifting(strategies as readonly DeclaredStrategy[]).map((strategy) =>
      filledIn(strategy, components),
    ),
    alarms: alarmBindings(configuration),
    watchdog,
    peers,
  };
}

function filledIn(strategy: DeclaredStrategy, components: Configuration['components']): Strategy {
  const healed = componentsOf(strategy, new Map(Object.entries(components))).map(
    ([, component]) => component,
  );
  const timeoutSeconds = verificationTimeoutSeconds(strategy, healed);
  const { actions, rollback, verify } = strategy;
  return {
    ...strategy,
    actions: withAgentsFirst(actions),
    rollback: { ...rollback, actions: withAgentsFirst(rollback.actions) },
    verify: { ...verify, timeoutSeconds },
  };
}
