import { describe, expect, it } from 'vitest';
import {
  callersFirst,
  type Dependency,
  dependencyGraph,
} from '../../../../functions/core/diagnosis/dependency-graph.ts';
import type { ComponentEvidence, Evidence } from '../../../../functions/core/diagnosis/evidence.ts';
import { faultsElsewhere } from '../../../../functions/core/diagnosis/fault-elsewhere.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const NAMES = ['a', 'b', 'c'] as const;
const CALLS: readonly Dependency[] = NAMES.flatMap((caller) =>
  NAMES.filter((name) => name !== caller).map((callee) => ({ caller, callee })),
);

/** Every set of calls between three components, each declared or discovered. */
function* everyGraph(): Generator<{ declared: readonly Dependency[]; discovered: readonly Dependency[] }> {
  for (let number = 0; number < 3 ** CALLS.length; number += 1) {
    const kindOf = (index: number) => Math.floor(number / 3 ** index) % 3;
    yield {
      declared: CALLS.filter((_, index) => kindOf(index) === 1),
      discovered: CALLS.filter((_, index) => kindOf(index) === 2),
    };
  }
}

/** Every order in which some of the components went red. */
const ordersOf = (names: readonly string[]): readonly (readonly string[])[] => [
  [],
  ...names.flatMap((first) =>
    ordersOf(names.filter((name) => name !== first)).map((rest) => [first, ...rest]),
  ),
];
const RED_IN_ORDER = ordersOf(NAMES).filter((red) => red.length > 0);

/** What is known for the alert of a component whose alarm is red, as are those of others. */
function evidenceOf(
  component: string,
  red: readonly string[],
  declared: readonly Dependency[],
  discovered: readonly Dependency[],
): Evidence {
  const graph = dependencyGraph(declared);
  const completedGraph = dependencyGraph([...declared, ...discovered]);
  const known = callersFirst(graph, component);
  const beside = callersFirst(completedGraph, component).filter((name) => !known.includes(name));
  const sinceMs = (name: string) => NOON - 600_000 + red.indexOf(name) * 60_000;
  const seen = (name: string): ComponentEvidence => ({
    component: name,
    ...(beside.includes(name) && { isDiscovered: true }),
    redAlarms: red.includes(name)
      ? [{ alarmName: name, metric: 'error_rate', severity: 'CRITICAL', sinceMs: sinceMs(name) }]
      : [],
    silentPeers: [],
  });
  return {
    alert: { ...alertOf(component), metric: 'error_rate', occurredAtMs: sinceMs(component) },
    nowMs: NOON,
    graph,
    ...(discovered.length > 0 && { completedGraph }),
    components: [...known, ...beside].map(seen),
    missing: [],
  };
}

const suspectsOf = (...known: Parameters<typeof evidenceOf>) =>
  faultsElsewhere(evidenceOf(...known)).map(({ component }) => component);

/** Every graph with every set and order of red alarms. */
const SITUATIONS = [...everyGraph()].flatMap((graph) => RED_IN_ORDER.map((red) => ({ ...graph, red })));

describe('whatever was discovered beside whatever is declared', () => {
  it('never are all unhealthy components left to each other', () => {
    const stuck = SITUATIONS.filter(({ red, declared, discovered }) =>
      red.every((name) => suspectsOf(name, red, declared, discovered).length > 0),
    );
    expect(stuck).toEqual([]);
  });

  it('no component is healed that declared dependencies alone would leave alone', () => {
    const healed = SITUATIONS.filter(({ red, declared, discovered }) =>
      red.some(
        (name) =>
          suspectsOf(name, red, declared, []).length > 0 &&
          suspectsOf(name, red, declared, discovered).length === 0,
      ),
    );
    expect(healed).toEqual([]);
  });
});

describe('a caller that was discovered to be called back', () => {
  it('is not at fault for the alert of what it is declared to call, even if it was red first', () => {
    const declared = [{ caller: 'a', callee: 'b' }];
    const back = [{ caller: 'b', callee: 'a' }];
    expect(suspectsOf('a', ['a', 'b'], declared, back)).toEqual(['b']);
    expect(suspectsOf('b', ['a', 'b'], declared, back)).toEqual([]);
  });
});
