import { type Simulation, type SimulationOptions, simulate } from './simulate.ts';

/** Enough for the longest schedules; a schedule that is not quite the shortest helps nearly as much. */
const MOST_RUNS = 300;

/**
 * The fewest faults with which a run still breaks the same invariant: delta debugging over the ids of the faults.
 * Each fault depends on its place alone, so that leaving one out leaves the others as they are.
 *
 * @param failing a run with a violation
 * @see https://www.st.cs.uni-saarland.de/papers/tse2002/ (ddmin)
 */
export async function shrink(failing: Simulation, options: SimulationOptions = {}): Promise<Simulation> {
  const wanted = new Set(failing.violations.map(({ invariant }) => invariant));
  let smallest = failing;
  let runs = 0;
  const stillFails = async (ids: readonly string[]): Promise<boolean> => {
    runs += 1;
    const run = await simulate(failing.seed, { ...options, only: new Set(ids) });
    const fails = run.violations.some(({ invariant }) => wanted.has(invariant));
    // What was left out may keep others from striking: only those that did are in the next schedule.
    if (fails && run.faults.length <= smallest.faults.length) smallest = run;
    return fails;
  };
  let parts = 2;
  while (smallest.faults.length > 0 && runs < MOST_RUNS) {
    const before = smallest.faults;
    const size = Math.ceil(before.length / parts);
    const chunks = Array.from({ length: Math.ceil(before.length / size) }, (_, index) =>
      before.slice(index * size, (index + 1) * size),
    );
    let isSmaller = false;
    for (const chunk of chunks) {
      if (runs >= MOST_RUNS) break;
      const rest = before.filter((id) => !chunk.includes(id));
      if (rest.length < before.length && (await stillFails(rest))) {
        isSmaller = true;
        break;
      }
    }
    if (isSmaller) parts = Math.max(2, parts - 1);
    else if (size === 1) break;
    else parts = Math.min(before.length, parts * 2);
  }
  return smallest;
}
