import { it } from 'vitest';
import type { LandscapePlan } from '../../factories/deployed-engine/landscape.ts';
import { requirement } from '../../factories/requirements.ts';
import { isThorough } from '../../thoroughness.ts';
import { openAws } from './aws.ts';
import { openEmbedded } from './embedded.ts';
import { openMiniStack } from './ministack.ts';
import type { Place } from './place.ts';

/**
 * What a place does not have: hosts to act on, settings that change without a deployment, or a way to speak for AWS's
 * services (`aws events`).
 */
type Lack = 'hosts' | 'settings' | 'aws events';

/** Somewhere to run scenarios. */
interface PlaceKind {
  readonly name: string;
  /** @param waitScale factor on the waits of state machines, where they can be shortened; not all need to say one */
  readonly open: (plan: LandscapePlan, waitScale?: number) => Promise<Place>;
  /** Adds a scenario that no other gets in the way of: they run at the same time, unless the time is virtual. */
  readonly together: (title: string, body: () => Promise<void>) => void;
  readonly lacks: readonly Lack[];
}

const EMBEDDED: PlaceKind = { name: 'embedded', open: openEmbedded, together: it, lacks: [] };
const MINISTACK: PlaceKind = {
  name: 'MiniStack',
  open: openMiniStack,
  together: it.concurrent,
  lacks: [],
};
const AWS: PlaceKind = {
  name: 'AWS',
  open: openAws,
  together: it.concurrent,
  lacks: ['hosts', 'settings', 'aws events'],
};

/** Where the scenarios run that show in every run that a deployment works. */
export const PLACES_OF_ANY_RUN: readonly PlaceKind[] = [
  EMBEDDED,
  ...(requirement('python') ? [MINISTACK] : []),
];

/** Where every scenario runs: `describe.each(PLACES)`. */
export const PLACES: readonly PlaceKind[] = isThorough() ? PLACES_OF_ANY_RUN : [EMBEDDED];

/** Where scenarios run that need no hosts: in an account of AWS too, with SELFHEAL_AWS=1 in the environment. */
export const PLACES_WITHOUT_HOSTS: readonly PlaceKind[] = [
  ...PLACES,
  ...(process.env['SELFHEAL_AWS'] === '1' ? [AWS] : []),
];
