import { type Dependency, dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { Sample } from '../../../functions/core/diagnosis/excess.ts';
import type { Incident } from '../../../functions/core/diagnosis/excess-balance.ts';
import type { KnownIncident } from './petshop.ts';

/** What monitoring gets wrong. The same seed spoils the same figures. */
export const DEGRADATIONS: Readonly<
  Record<string, (known: KnownIncident, random: () => number) => Incident>
> = {
  'request counts off by e^N(0, 0.5)': ({ incident }, random) => ({
    ...incident,
    series: new Map(
      [...incident.series].map(([name, series]) => {
        const factor = Math.exp(0.5 * normal(random));
        const scaled = (sample: Sample | undefined) =>
          sample && { ...sample, requests: sample.requests * factor };
        return [name, { ...series, during: series.during.map(scaled) }];
      }),
    ),
  }),
  '10 % of the dependencies unknown': ({ incident }, random) => ({
    ...incident,
    graph: dependencyGraph(dependenciesOf(incident).filter(() => random() >= 0.1)),
  }),
  '30 % of the innocent components unmetered': ({ incident, cause }, random) => ({
    ...incident,
    series: new Map(
      [...incident.series].map(([name, series]) => {
        if (name === incident.target || name === cause || random() >= 0.3) return [name, series];
        return [name, { before: [], during: [] }];
      }),
    ),
  }),
};

function dependenciesOf({ graph }: Incident): readonly Dependency[] {
  return [...graph.callees].flatMap(([caller, callees]) => callees.map((callee) => ({ caller, callee })));
}

/** Marsaglia and Bray's polar method needs a loop, Box and Muller's doesn't. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mulberry32: small, and good enough to spoil figures with. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
