import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { MAXIMUM_SKEW_MS } from '../faults/clock-skew.ts';
import type { Evidence } from './evidence.ts';

/** A function ends with the configuration that it began with; none runs longer than this. */
const LONGEST_RUN_MS = 60_000;
/** Two clocks may be off in opposite directions. */
export const SKEW_MS = 2 * MAXIMUM_SKEW_MS;

/** The configurations that may apply at a time: more than one just after a deployment. */
export function inForce({ trace }: Evidence, atMs: number): readonly CompiledConfiguration[] {
  const deployed = trace.of('deployed');
  return deployed
    .filter(({ atMs: sinceMs }, index) => {
      const replacedMs = deployed[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      return sinceMs <= atMs && replacedMs >= atMs - LONGEST_RUN_MS;
    })
    .map(({ configuration }) => configuration);
}
