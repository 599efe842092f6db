import { watchdogConfiguration } from '../../../factories/watchdog-configuration.ts';
import { type MeshLab, urlOf } from './mesh-lab.ts';

export const NAMES = ['a', 'b', 'c', 'd', 'e'];

export const configured = (watchdog: object = {}) =>
  watchdogConfiguration({
    components: Object.fromEntries(NAMES.map((name) => [name, { health: { url: urlOf(name) } }])),
    watchdog: { ...watchdog },
  });

export const THREE = { vantagePoints: [{ name: 'outside' }, { name: 'east' }, { name: 'west' }] };

export const depsOf = ({ store, clock, deps }: MeshLab) => ({
  watchdog: store,
  clock,
  configuration: deps().configuration,
});
