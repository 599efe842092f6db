import { it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import type { LandscapePlan } from '../../factories/workflow-landscape.ts';
import { openEmbedded } from './embedded.ts';
import { openMiniStack } from './ministack.ts';
import type { Place } from './place.ts';

/** What AWS's documentation promises and a place may not keep, by its row in local/ministack/DIFFERENCES.md. */
export type Promised = 'SFN-1' | 'SFN-2';

type AddScenario = (title: string, body: () => Promise<void>) => void;

/** Vitest's `it`, as far as scenarios that may run at the same time use it. */
export interface Together extends AddScenario {
  readonly skipIf: (condition: boolean) => AddScenario;
  readonly runIf: (condition: boolean) => AddScenario;
}

/** Somewhere to run scenarios. */
export interface PlaceKind {
  readonly name: string;
  readonly open: (plan: LandscapePlan) => Promise<Place>;
  /** Scenarios that don't get into each other's way: at the same time, unless the time is virtual. */
  readonly together: Together;
  readonly breaks: readonly Promised[];
}

const EMBEDDED: PlaceKind = { name: 'embedded', open: openEmbedded, together: it, breaks: [] };
const MINISTACK: PlaceKind = {
  name: 'MiniStack',
  open: openMiniStack,
  together: it.concurrent,
  breaks: ['SFN-1', 'SFN-2'],
};

/** Where every scenario runs: `describe.each(PLACES)`. */
export const PLACES: readonly PlaceKind[] = [EMBEDDED, ...(requirement('python') ? [MINISTACK] : [])];
