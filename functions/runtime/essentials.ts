import { systemClock } from '../adapters/system/clock.ts';
import type { Essentials } from '../ports/ports.ts';
import { readConfiguration } from './configuration.ts';
import { readEnvironment } from './environment.ts';

/** What every function has. Reads the configuration: call it once. */
export function createEssentials(): Essentials {
  const { HOME_ACCOUNT: account, HOME_REGION: region } = readEnvironment(['HOME_ACCOUNT', 'HOME_REGION']);
  return {
    configuration: readConfiguration(),
    home: { account, region },
    clock: systemClock,
    random: Math.random,
  };
}
