import { confidenceOf } from './confidence.ts';
import { callersFirst, type DependencyGraph, graphWithout } from './dependency-graph.ts';
import {
  type Baseline,
  baselineAt,
  type ComponentSeries,
  EXCESS_SETTINGS,
  type ExcessSettings,
  excessOf,
  type Symptom,
} from './excess.ts';

export interface Incident {
  /** The component whose alarm is red. */
  readonly target: string;
  readonly symptom: Symptom;
  readonly graph: DependencyGraph;
  readonly series: ReadonlyMap<string, ComponentSeries>;
  /** Components that do not answer the watchdog. They may have no samples at all. @default none */
  readonly down?: ReadonlySet<string>;
}

/** A component that may be at fault. */
export interface Candidate {
  readonly component: string;
  /** Of the votes, 0 to 1; all candidates' shares add up to 1. */
  readonly share: number;
  /** How much of the target's excess the component's own excess accounts for, 0 to 1. */
  readonly coverage: number;
  /** How likely it is that this component is the one at fault. */
  readonly confidence: number;
}

export interface Balance {
  /** The most likely first. Empty if nothing is worse than usual at the target. */
  readonly candidates: readonly Candidate[];
  /** Components in reach that could not be judged: what they do to their callers is charged to the callers. */
  readonly unjudged: readonly string[];
}

/**
 * Which component is at fault. Each component's excess (seconds of waiting, failed requests) is compared with what its
 * callees can account for, in proportion to the calls that it makes to them; what is left is its own. A period in which
 * the target is worse than usual casts one vote, split by own excess times the share of the component's load that comes
 * from the target. The target competes as well.
 */
export function balanceExcess(incident: Incident, settings: ExcessSettings = EXCESS_SETTINGS): Balance {
  const { target } = incident;
  const inReach = callersFirst(incident.graph, target);
  const paths = pathsFrom(target, measuredGraph(incident, inReach));
  const { names } = paths;
  const baselines = names.map((name) => {
    const series = incident.series.get(name);
    return series?.usual && baselineAt(series.usual, series.before);
  });
  const isDown = names.map((name) => incident.down?.has(name) === true);
  const votes = new Float64Array(names.length);
  const covered = new Float64Array(names.length);
  let periods = 0;
  for (const period of incident.series.get(target)?.during.keys() ?? []) {
    const traffic = trafficOf(incident, settings, paths, baselines, period);
    const targetExcess = at(traffic.excess, 0);
    if (targetExcess <= 0) continue;
    const weights = ownExcess(paths, traffic);
    chargeUnresponsive(weights, paths, isDown);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total <= 0) continue;
    periods += 1;
    for (const [node, weight] of weights.entries()) {
      votes[node] = at(votes, node) + weight / total;
      covered[node] = at(covered, node) + Math.min(1, weight / targetExcess);
    }
  }
  const unjudged = inReach.filter(
    (name) => !incident.series.get(name)?.usual && incident.down?.has(name) !== true,
  );
  const voted = Math.max(1, periods);
  const ranked = names
    .map((component, node) => ({
      component,
      share: at(votes, node) / voted,
      coverage: at(covered, node) / voted,
    }))
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share || (a.component < b.component ? -1 : 1));
  const candidates = ranked.map((one, rank) => {
    const rivalShare = ranked[rank === 0 ? 1 : 0]?.share ?? 0;
    return { ...one, confidence: confidenceOf({ ...one, rivalShare }) };
  });
  return { candidates, unjudged };
}

/** Components of which nothing is known pass on what they are asked: their callers' requests reach what they call. */
function measuredGraph({ graph, series, down }: Incident, inReach: readonly string[]): DependencyGraph {
  const isKnown = (name: string) => series.has(name) || down?.has(name) === true;
  return graphWithout(graph, new Set(inReach.filter((name) => !isKnown(name))));
}

/** What is in reach of the target, by number: 0 is the target, and callers come before callees except in circles. */
interface Paths {
  readonly names: readonly string[];
  readonly callees: readonly Int32Array[];
  readonly callers: readonly Int32Array[];
  /** Callers out of the target's reach: they share the load of their callees. */
  readonly outsideCallers: readonly (readonly string[])[];
}

function pathsFrom(target: string, graph: DependencyGraph): Paths {
  const names = callersFirst(graph, target);
  const numbers = new Map(names.map((name, number) => [name, number]));
  const inReach = (others: readonly string[] = []) =>
    Int32Array.from(others.flatMap((other) => numbers.get(other) ?? []));
  return {
    names,
    callees: names.map((name) => inReach(graph.callees.get(name))),
    callers: names.map((name) => inReach(graph.callers.get(name))),
    outsideCallers: names.map((name) =>
      (graph.callers.get(name) ?? []).filter((other) => !numbers.has(other)),
    ),
  };
}

/** One period, by number of component. */
interface Traffic {
  readonly requests: Float64Array;
  /** Requests of all callers together. */
  readonly asked: Float64Array;
  readonly excess: Float64Array;
}

function trafficOf(
  { symptom, series }: Incident,
  settings: ExcessSettings,
  { names, callers, outsideCallers }: Paths,
  baselines: readonly (Baseline | undefined)[],
  period: number,
): Traffic {
  const requests = new Float64Array(names.length);
  const excess = new Float64Array(names.length);
  const asked = new Float64Array(names.length);
  names.forEach((name, node) => {
    const sample = series.get(name)?.during[period];
    const baseline = baselines[node];
    requests[node] = sample?.requests ?? 0;
    if (sample && baseline) excess[node] = excessOf(symptom, sample, baseline, settings);
  });
  outsideCallers.forEach((outside, node) => {
    for (const caller of outside)
      asked[node] = at(asked, node) + (series.get(caller)?.during[period]?.requests ?? 0);
  });
  callers.forEach((own, node) => {
    for (const caller of own) asked[node] = at(asked, node) + at(requests, caller);
  });
  return { requests, asked, excess };
}

/** What no callee accounts for, as far as it reaches the target. */
function ownExcess(paths: Paths, { requests, asked, excess }: Traffic): Float64Array {
  const weights = fromTarget(paths, requests, asked);
  paths.callees.forEach((callees, node) => {
    let explained = 0;
    for (const callee of callees) {
      if (at(asked, callee) > 0) explained += (at(requests, node) / at(asked, callee)) * at(excess, callee);
    }
    weights[node] = at(weights, node) * Math.max(0, at(excess, node) - explained);
  });
  return weights;
}

/** Without circles, one round is enough; in circles, each round brings less than the one before. */
const ROUNDS_AT_MOST = 8;
const SETTLED = 1e-3;

/** Which part of each component's load comes from the target, directly or through others. */
function fromTarget({ callers }: Paths, requests: Float64Array, asked: Float64Array): Float64Array {
  const part = new Float64Array(callers.length);
  part[0] = 1;
  for (let round = 0, change = 1; round < ROUNDS_AT_MOST && change > SETTLED; round += 1) {
    change = 0;
    for (const [node, own] of callers.entries()) {
      if (node === 0) continue;
      let load = 0;
      for (const caller of own) load += at(part, caller) * at(requests, caller);
      const next = load === 0 ? 0 : load / at(asked, node);
      change = Math.max(change, Math.abs(next - at(part, node)));
      part[node] = next;
    }
  }
  return part;
}

/** A callee that does not answer the watchdog takes what its callers can't account for otherwise. */
function chargeUnresponsive(weights: Float64Array, { callees }: Paths, isDown: readonly boolean[]): void {
  const before = weights.slice();
  callees.forEach((all, caller) => {
    const down = isDown[caller] ? [] : [...all].filter((callee) => isDown[callee]);
    if (down.length === 0) return;
    for (const callee of down) weights[callee] = at(weights, callee) + at(before, caller) / down.length;
    weights[caller] = at(weights, caller) - at(before, caller);
  });
}

/** Indices are numbers of components: always within the array. */
function at(values: Float64Array, node: number): number {
  return values[node] ?? 0;
}
