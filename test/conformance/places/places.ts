import { it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import type { LandscapePlan } from '../../factories/workflow-landscape.ts';
import { openEmbedded } from './embedded.ts';
import { openMiniStack } from './ministack.ts';
import type { Place } from './place.ts';

/** What AWS's documentation promises and a place does not keep, by its row in local/ministack/DIFFERENCES.md. */
export type Difference = 'SFN-1';

/** Somewhere to run scenarios. */
export interface PlaceKind {
  readonly name: string;
  readonly open: (plan: LandscapePlan) => Promise<Place>;
  /** Adds a scenario that no other gets in the way of: they run at the same time, unless the time is virtual. */
  readonly together: (title: string, body: () => Promise<void>) => void;
  readonly differences: readonly Difference[];
}

const EMBEDDED: PlaceKind = { name: 'embedded', open: openEmbedded, together: it, differences: [] };
const MINISTACK: PlaceKind = {
  name: 'MiniStack',
  open: openMiniStack,
  together: it.concurrent,
  differences: ['SFN-1'],
};

/** Where every scenario runs: `describe.each(PLACES)`. */
export const PLACES: readonly PlaceKind[] = [EMBEDDED, ...(requirement('python') ? [MINISTACK] : [])];
