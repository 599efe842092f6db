/** Requests that a caller hands to one of several components which share them, and how many that one can take a second. */
export interface Route {
  readonly caller: string;
  readonly callee: string;
  readonly capacity: number;
}

/** What comes in from outside, and which ways it can take. */
export interface Routing {
  /** Requests a second, by the component at which they come in. */
  readonly demands: ReadonlyMap<string, number>;
  readonly routes: readonly Route[];
}

/** What the routes can carry. */
export interface Carried {
  /** Requests a second; at most what comes in. */
  readonly carried: number;
  /** The routes that limit it: together they carry no more. None if everything is carried. */
  readonly limits: readonly Route[];
}

/** How many requests come in, and how many of them the routes can carry. All figures are requests a second. */
export interface Throughput extends Carried {
  readonly demand: number;
  /** What is carried while one component is down, for each to which a route leads; the one that costs most first. */
  readonly without: readonly { readonly component: string; readonly carried: number }[];
}

/** The share of a component that serves, 0 to 1. */
export type Serving = (component: string) => number;

interface Routed {
  readonly demand?: number | undefined;
  readonly capacities?: Readonly<Record<string, number>> | undefined;
}

const SOURCE = Symbol('what comes in');
const SINK = Symbol('what is answered');
type Node = string | typeof SOURCE | typeof SINK;

/** What a configuration declares of requests: in part or not at all, if it does not say more. */
export function routingOf(components: Readonly<Record<string, Routed>>): Routing {
  const demands = Object.entries(components).flatMap(([name, { demand }]) =>
    demand === undefined ? [] : [[name, demand] as const],
  );
  const routes = Object.entries(components).flatMap(([caller, { capacities = {} }]) =>
    Object.entries(capacities).map(([callee, capacity]): Route => ({ caller, callee, capacity })),
  );
  return { demands: new Map(demands), routes };
}

/** Requests a second that come in altogether. */
export function demandOf({ demands }: Routing): number {
  return [...demands.values()].reduce((sum, each) => sum + each, 0);
}

/**
 * What the routes of a configuration carry. A request takes one route at each component that has some, and is answered where
 * there are none.
 *
 * @returns `undefined` if no component has a demand
 */
export function throughputOf(components: Readonly<Record<string, Routed>>): Throughput | undefined {
  const routing = routingOf(components);
  if (routing.demands.size === 0) return undefined;
  const callees = [...new Set(routing.routes.map(({ callee }) => callee))];
  return {
    demand: demandOf(routing),
    ...carriedBy(routing),
    without: callees
      .map((component) => ({
        component,
        carried: carriedBy(routing, (name) => (name === component ? 0 : 1)).carried,
      }))
      .toSorted((a, b) => a.carried - b.carried || (a.component < b.component ? -1 : 1)),
  };
}

/**
 * The maximum flow. A component that serves in part takes that part of what its routes may bring; of what comes in from
 * outside it takes all, as nothing says how much it can take.
 *
 * @param serving what serves of each component. @default everything serves
 */
export function carriedBy(routing: Routing, serving: Serving = () => 1): Carried {
  const routes = routing.routes.map((route) => ({
    ...route,
    capacity: route.capacity * serving(route.callee),
  }));
  const demands = new Map([...routing.demands].filter(([name]) => serving(name) > 0));
  const { flow, reached } = maximumFlow(networkOf({ demands, routes }));
  const isLimit = ({ caller, callee }: Route) => reached.has(caller) && !reached.has(callee);
  return { carried: flow, limits: flow < demandOf(routing) ? routes.filter(isLimit) : [] };
}

/** Shares of capacities are rounded; what is less than this, in requests a second, is no difference. */
const ROUNDING = 1e-6;

/** Whether less is carried than before. Both are requests a second. */
export function isLess(during: Carried, now: Carried): boolean {
  return during.carried < now.carried - ROUNDING;
}

/** Requests a second for people to read. */
export function rounded(requests: number): string {
  return String(Number(requests.toFixed(1)));
}

/** Whether any request that may reach a component could be answered without it. */
export function hasWayAround({ demands, routes }: Routing, component: string): boolean {
  const callers = new Set(routes.map(({ caller }) => caller));
  return [...demands.keys()].some((entry) => {
    if (entry === component || !reachedFrom(entry, routes).has(component)) return false;
    const others = routes.filter(({ callee }) => callee !== component);
    return [...reachedFrom(entry, others)].some((name) => !callers.has(name));
  });
}

function reachedFrom(entry: string, routes: readonly Route[]): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const name of reached)
    for (const { caller, callee } of routes) if (caller === name) reached.add(callee);
  return reached;
}

type Network = Map<Node, Map<Node, number>>;

/** What a component hands on stays to be handed on, even if none of its routes can be used. */
function networkOf({ demands, routes }: Routing): Network {
  const network: Network = new Map();
  for (const [name, demand] of demands) addRoom(network, SOURCE, name, demand);
  for (const { caller, callee, capacity } of routes) addRoom(network, caller, callee, capacity);
  const callers = new Set(routes.map(({ caller }) => caller));
  const names = new Set([...demands.keys(), ...routes.map(({ callee }) => callee)]);
  for (const name of names) if (!callers.has(name)) addRoom(network, name, SINK, Number.POSITIVE_INFINITY);
  return network;
}

/** Edmonds and Karp: along shortest paths with room, until there is none. @returns also what then can still be reached */
function maximumFlow(network: Network): { readonly flow: number; readonly reached: ReadonlySet<Node> } {
  let flow = 0;
  for (;;) {
    const from = shortestPaths(network);
    if (!from.has(SINK)) return { flow, reached: new Set(from.keys()) };
    const path: (readonly [Node, Node])[] = [];
    for (let to: Node = SINK; to !== SOURCE; to = from.get(to) ?? SOURCE)
      path.push([from.get(to) ?? SOURCE, to]);
    const room = Math.min(...path.map(([caller, callee]) => network.get(caller)?.get(callee) ?? 0));
    for (const [caller, callee] of path) {
      addRoom(network, caller, callee, -room);
      addRoom(network, callee, caller, room);
    }
    flow += room;
  }
}

function addRoom(network: Network, from: Node, to: Node, room: number): void {
  const next = network.get(from) ?? new Map<Node, number>();
  network.set(from, next.set(to, (next.get(to) ?? 0) + room));
}

/** What can be reached from the source with room to spare, each with what comes before it. */
function shortestPaths(network: Network): ReadonlyMap<Node, Node> {
  const before = new Map<Node, Node>([[SOURCE, SOURCE]]);
  for (const node of before.keys())
    for (const [next, room] of network.get(node) ?? [])
      if (room > 0 && !before.has(next)) before.set(next, node);
  return before;
}
