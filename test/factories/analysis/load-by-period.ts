import { noiseOf } from '../noise.ts';
import { STEP_MS } from './analysis-lab.ts';

/** How busy a service is, in each period of the lab: of mean 0 and deviation 1, the same whenever it is asked for. */
export function loadByPeriod(seed: number): (atMs: number) => number {
  const { gaussian } = noiseOf(seed);
  const loads = new Map<number, number>();
  return (atMs) => {
    const periodMs = Math.floor(atMs / STEP_MS) * STEP_MS;
    const load = loads.get(periodMs) ?? gaussian();
    loads.set(periodMs, load);
    return load;
  };
}
