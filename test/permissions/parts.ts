import type { Finding } from './page.ts';
import { type ProofOptions, proveSetting } from './prove.ts';
import { SETTINGS } from './settings.ts';
import { proveTargets } from './targets/prove-targets.ts';
import { DATABASES } from './targets/scenarios/databases.ts';
import { DELIVERED } from './targets/scenarios/deliveries.ts';
import { DISCOVERY } from './targets/scenarios/discovery.ts';
import { FUNCTIONS_AND_SERVICES } from './targets/scenarios/functions-and-services.ts';
import { HOSTS } from './targets/scenarios/hosts.ts';
import { INVESTIGATION } from './targets/scenarios/investigation.ts';
import { OWN_ACTIONS } from './targets/scenarios/own-actions.ts';

/** What functions do on targets. */
const TARGETED = [
  ...HOSTS,
  ...DATABASES,
  ...FUNCTIONS_AND_SERVICES,
  ...DELIVERED,
  ...OWN_ACTIONS,
  ...DISCOVERY,
  ...INVESTIGATION,
];

/** A part of the proof, which can be asked for alone. */
export interface Part {
  readonly name: string;
  /** Whether its grants depend on what strategies do on targets. */
  readonly isOnTargets: boolean;
  readonly prove: (options: ProofOptions) => Promise<readonly Finding[]>;
}

/** What is deployed to MiniStack, and what functions do on targets. */
export const PARTS: readonly Part[] = [
  ...SETTINGS.map((setting) => ({
    name: setting.name,
    isOnTargets: false,
    prove: (options: ProofOptions) => proveSetting(setting, options),
  })),
  { name: 'targets', isOnTargets: true, prove: (options) => proveTargets(TARGETED, options) },
];
