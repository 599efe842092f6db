import type { CompiledConfiguration } from './compiled.ts';
import type { Component, Strategy } from './schema.ts';

/** The configuration that a running operation was admitted under has changed beneath it. */
export class ConfigurationChanged extends Error {
  override readonly name = 'ConfigurationChanged';
}

/** @throws ConfigurationChanged if the strategy is not there any more */
export function strategyOf(configuration: CompiledConfiguration, strategyId: string): Strategy {
  const strategy = configuration.strategies.find(({ id }) => id === strategyId);
  if (!strategy) throw new ConfigurationChanged(`strategy ${strategyId} is no longer in selfheal.yaml`);
  return strategy;
}

/** @throws ConfigurationChanged if the component is not there any more */
export function componentOf(configuration: CompiledConfiguration, name: string): Component {
  const component = Object.hasOwn(configuration.components, name)
    ? configuration.components[name]
    : undefined;
  if (!component) throw new ConfigurationChanged(`component ${name} is no longer in selfheal.yaml`);
  return component;
}
