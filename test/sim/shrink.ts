import { type Simulation, type SimulationOptions, simulate } from './simulate.ts';

/** Enough for the longest schedules; one that is not quite minimal helps nearly as much. */
const MOST_RUNS = 600;
/** With at most this many parts, each is tried alone: often it takes only a few faults that strike together. */
const MOST_ALONE = 8;

export interface Shrunk {
  readonly run: Simulation;
  /** Runs that were tried. */
  readonly tried: number;
  /** Whether nothing more could be left out; else the tries were used up. */
  readonly isShortest: boolean;
}

/**
 * The fewest faults with which a run still breaks the same invariant: delta debugging over the ids of the faults.
 * Each fault depends on its place alone, so leaving one out does not affect the others.
 *
 * @param failing a run with a violation
 * @see https://www.st.cs.uni-saarland.de/papers/tse2002/ (ddmin)
 */
export async function shrink(failing: Simulation, options: SimulationOptions = {}): Promise<Shrunk> {
  const wanted = new Set(failing.violations.map(({ invariant }) => invariant));
  let smallest = failing;
  let tried = 0;
  const failsWith = async (ids: readonly string[]): Promise<boolean> => {
    if (tried >= MOST_RUNS) return false;
    tried += 1;
    const run = await simulate(failing.seed, { ...options, only: new Set(ids) });
    const fails = run.violations.some(({ invariant }) => wanted.has(invariant));
    // Without these faults, others may not strike either: only those that did are in the next schedule.
    const isSmaller = fails && run.faults.length < smallest.faults.length;
    if (isSmaller) smallest = run;
    return isSmaller;
  };
  const oneAlone = async (chunks: readonly (readonly string[])[]): Promise<boolean> => {
    for (const chunk of chunks) if (await failsWith(chunk)) return true;
    return false;
  };
  /** Continues after the part that was left out last: the parts before it have just proved necessary. */
  const withoutSome = async (chunks: readonly (readonly string[])[]): Promise<boolean> => {
    let isSmaller = false;
    for (const chunk of chunks) {
      const left = new Set(chunk);
      const rest = smallest.faults.filter((id) => !left.has(id));
      if (rest.length < smallest.faults.length && (await failsWith(rest))) isSmaller = true;
    }
    return isSmaller;
  };

  await failsWith([]);
  let parts = 2;
  while (smallest.faults.length > 0 && tried < MOST_RUNS) {
    const chunks = partsOf(smallest.faults, parts);
    if (parts <= MOST_ALONE && chunks.length > 1 && (await oneAlone(chunks))) parts = 2;
    else if (await withoutSome(chunks)) parts = Math.max(2, parts - 1);
    else if (chunks.every((chunk) => chunk.length === 1)) break;
    else parts = Math.min(smallest.faults.length, parts * 2);
  }
  return { run: smallest, tried, isShortest: tried < MOST_RUNS };
}

function partsOf(ids: readonly string[], parts: number): readonly (readonly string[])[] {
  const size = Math.ceil(ids.length / parts);
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
