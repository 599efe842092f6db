import type { Violation } from '../checkers/evidence.ts';
import { simulate } from '../simulate.ts';
import type { Defect } from './defect.ts';

/** How many runs it takes until an invariant that the defect breaks is seen broken; `undefined`: more than `most`. */
export async function runsUntilCaught(
  defect: Defect,
  most: number,
): Promise<{ readonly runs: number; readonly violation: Violation } | undefined> {
  for (let seed = 1; seed <= most; seed += 1) {
    const { violations } = await simulate(seed, { defect });
    const violation = violations.find(({ invariant }) =>
      defect.breaks.includes(invariant.split(' ')[0] ?? ''),
    );
    if (violation) return { runs: seed, violation };
  }
  return undefined;
}
