import type { Violation } from '../checkers/evidence.ts';
import { simulate } from '../simulate.ts';
import type { Defect } from './defect.ts';

export interface Caught {
  readonly seed: number;
  readonly violation: Violation;
}

export interface Search {
  /** This seed is tried first. @default none */
  readonly first?: number;
  /** Seeds from 1 to this are tried. */
  readonly upTo: number;
}

/**
 * The first run in which the defect breaks one of its invariants, where that invariant holds without the defect.
 *
 * @returns `undefined` if there is none
 */
export async function catchDefect(defect: Defect, { first, upTo }: Search): Promise<Caught | undefined> {
  const seeds = Array.from({ length: upTo }, (_, index) => index + 1);
  for (const seed of first === undefined ? seeds : [first, ...seeds]) {
    const { violations } = await simulate(seed, { defect });
    const violation = violations.find(({ invariant }) => defect.breaks.includes(numberOf(invariant)));
    if (violation && !(await isBrokenAnyway(seed, violation))) return { seed, violation };
  }
  return undefined;
}

/** Many defects are caught with the same seed, and a seed always gives the same run. */
const brokenWithoutDefect = new Map<number, Promise<ReadonlySet<string>>>();

/** Then the violation proves nothing about the defect. */
async function isBrokenAnyway(seed: number, { invariant }: Violation): Promise<boolean> {
  const broken = brokenWithoutDefect.get(seed) ?? brokenInvariants(seed);
  brokenWithoutDefect.set(seed, broken);
  return (await broken).has(invariant);
}

async function brokenInvariants(seed: number): Promise<ReadonlySet<string>> {
  const { violations } = await simulate(seed);
  return new Set(violations.map(({ invariant }) => invariant));
}

/** How a defect refers to an invariant: by the first word of its name. */
function numberOf(invariant: string): string {
  return invariant.split(' ')[0] ?? '';
}
