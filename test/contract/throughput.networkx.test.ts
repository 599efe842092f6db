import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  carriedBy,
  demandOf,
  hasWayAround,
  type Routing,
  routingOf,
  throughputOf,
} from '../../functions/core/diagnosis/throughput.ts';
import { askNetworkx, type GraphFindings, type RoutedGraph } from '../../local/networkx/networkx.ts';
import { requirement } from '../factories/requirements.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
const GRAPHS = 400;

/** Quarters: exact, whatever the order in which they are added. */
const rate = fc.integer({ min: 1, max: 80 }).map((quarters) => quarters / 4);
const name = fc.constantFrom(...NAMES);
const route = fc
  .record({ caller: name, callee: name, capacity: rate })
  .filter(({ caller, callee }) => caller !== callee);
const declared = fc.record({
  demands: fc.dictionary(fc.constantFrom('a', 'b', 'c'), rate, { minKeys: 1 }),
  routes: fc.uniqueArray(route, { maxLength: 18, selector: ({ caller, callee }) => caller + callee }),
});
type Declared = typeof declared extends fc.Arbitrary<infer Value> ? Value : never;

const componentsOf = ({ demands, routes }: Declared) =>
  Object.fromEntries(
    NAMES.map((each) => [
      each,
      {
        demand: demands[each],
        capacities: Object.fromEntries(
          routes
            .filter(({ caller }) => caller === each)
            .map(({ callee, capacity }) => [callee, capacity] as const),
        ),
      },
    ]),
  );

interface Asked {
  readonly routing: Routing;
  readonly components: ReturnType<typeof componentsOf>;
  readonly asked: RoutedGraph;
}

function asking(graph: Declared): Asked {
  const components = componentsOf(graph);
  const routing = routingOf(components);
  const { limits } = carriedBy(routing);
  const isLimit = ({ caller, callee }: Routing['routes'][number]) =>
    limits.some((limit) => limit.caller === caller && limit.callee === callee);
  return {
    components,
    routing,
    asked: {
      demands: graph.demands,
      routes: routing.routes,
      cut: routing.routes.flatMap((each, index) => (isLimit(each) ? [index] : [])),
    },
  };
}

const isCyclic = ({ routes }: Declared) => {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    routes.some(
      ({ caller, callee }) =>
        caller === from && (callee === to || (!seen.has(callee) && reaches(callee, to, seen.add(callee)))),
    );
  return NAMES.some((each) => reaches(each, each));
};

/** Another implementation, by other algorithms: preflow-push and dominators, where ours follows shortest paths. */
describe.skipIf(!requirement('python'))('the throughput of routes, compared with networkx', () => {
  const generated = fc.sample(declared, { numRuns: GRAPHS, seed: 14 });
  const graphs = generated.map(asking);
  let found: readonly GraphFindings[];
  beforeAll(async () => {
    found = await askNetworkx(graphs.map(({ asked }) => asked));
  });
  const pairs = () =>
    graphs.map((graph, index) => {
      const findings = found[index];
      if (!findings) throw new Error(`no answer for graph ${index}`);
      return { ...graph, findings };
    });

  it('covers many graphs with and without circles, and with and without room for everything', () => {
    const circles = generated.filter(isCyclic).length;
    const short = graphs.filter(({ routing }) => carriedBy(routing).carried < demandOf(routing)).length;
    expect(Math.min(circles, GRAPHS - circles)).toBeGreaterThan(GRAPHS / 10);
    expect(Math.min(short, GRAPHS - short)).toBeGreaterThan(GRAPHS / 10);
  });

  it('equals the maximum flow, which is the minimum cut', () => {
    for (const { components, asked, findings } of pairs()) {
      const carried = throughputOf(components)?.carried;
      expect({ asked, carried }).toEqual({ asked, carried: findings.maximumFlow });
      expect({ asked, carried }).toEqual({ asked, carried: findings.minimumCut });
    }
  });

  it('falls without the routes of a minimum cut by just what they carry', () => {
    for (const { routing, asked, findings } of pairs()) {
      const { carried, limits } = carriedBy(routing);
      const cut = limits.reduce((sum, { capacity }) => sum + capacity, 0);
      expect({ asked, left: carried - cut }).toEqual({ asked, left: findings.flowWithoutCut });
    }
  });

  it('has the same single points of failure', () => {
    const singles = (components: Asked['components']) => {
      const { carried, without = [] } = throughputOf(components) ?? {};
      return carried ? without.filter((each) => each.carried === 0).map(({ component }) => component) : [];
    };
    for (const { components, asked, findings } of pairs()) {
      if (findings.maximumFlow === 0) continue;
      expect({ asked, singles: [...singles(components)].sort() }).toEqual({
        asked,
        singles: findings.onEveryPath,
      });
    }
  });

  it('has ways around the same components', () => {
    for (const { routing, asked, findings } of pairs()) {
      const callees = [...new Set(routing.routes.map(({ callee }) => callee))].sort();
      const waysAround = callees.filter((each) => hasWayAround(routing, each));
      expect({ asked, waysAround }).toEqual({ asked, waysAround: findings.waysAround });
    }
  });
});
