import type { DependencyGraph } from '../../functions/core/diagnosis/dependency-graph.ts';
import type { Routing, Throughput } from '../../functions/core/diagnosis/throughput.ts';
import type { DiscoveredDependency } from '../../functions/core/discovery/discovered-graph.ts';

const NO_ROUTES: Routing = { demands: new Map(), routes: [] };

/** Requests a second from outside, for people; empty if none are declared. */
function demandText({ demands }: Routing, name: string): string {
  const demand = demands.get(name);
  return demand === undefined ? '' : `${demand}/s come in`;
}

/** How many requests a second a callee can take from a caller, for people; empty if nothing says so. */
function capacityText({ routes }: Routing, caller: string | undefined, callee: string): string {
  const route = routes.find((one) => one.caller === caller && one.callee === callee);
  return route ? `${route.capacity}/s` : '';
}

/** The discovered dependency between two components; `undefined` if it is declared. */
function discoveryOf(
  discovered: readonly DiscoveredDependency[],
  caller: string | undefined,
  callee: string,
): DiscoveredDependency | undefined {
  return discovered.find((each) => each.caller === caller && each.callee === callee);
}

function discoveryText(dependency: DiscoveredDependency | undefined): string {
  if (!dependency) return '';
  const { sources, lastSeenMs } = dependency;
  return `discovered by ${sources.join(' and ')}, last seen ${new Date(lastSeenMs).toISOString().slice(0, 10)}`;
}

/** One tree for each component that nothing calls; what is drawn already is only named again. */
export function graphLines(
  components: readonly string[],
  graph: DependencyGraph,
  routing: Routing = NO_ROUTES,
  discovered: readonly DiscoveredDependency[] = [],
): readonly string[] {
  const drawn = new Set<string>();
  const entries = components.filter((name) => !graph.callers.has(name));
  const treeOf = (name: string) => treeLines({ name }, { graph, routing, discovered, drawn });
  const trees = entries.flatMap(treeOf);
  // Components of circles that nothing outside calls.
  const rest = components.filter((name) => !drawn.has(name));
  return [...trees, ...rest.flatMap((name) => (drawn.has(name) ? [] : treeOf(name)))];
}

interface Tree {
  readonly graph: DependencyGraph;
  readonly routing: Routing;
  readonly discovered: readonly DiscoveredDependency[];
  readonly drawn: Set<string>;
}

function treeLines(
  { name, caller }: { readonly name: string; readonly caller?: string },
  tree: Tree,
  lead = '',
  branch = '',
): readonly string[] {
  const { graph, routing, discovered, drawn } = tree;
  const callees = graph.callees.get(name) ?? [];
  const isAgain = drawn.has(name);
  const remarks = [
    capacityText(routing, caller, name),
    discoveryText(discoveryOf(discovered, caller, name)),
    ...(isAgain ? [callees.length > 0 ? 'see above' : ''] : [demandText(routing, name)]),
  ].filter(Boolean);
  const line = `${lead}${branch}${name}${remarks.length > 0 ? ` (${remarks.join(', ')})` : ''}`;
  if (isAgain) return [line];
  drawn.add(name);
  const below = branch === '' ? lead : `${lead}${branch.startsWith('└') ? '   ' : '│  '}`;
  return [
    line,
    ...callees.flatMap((callee, index) =>
      treeLines({ name: callee, caller: name }, tree, below, index === callees.length - 1 ? '└─ ' : '├─ '),
    ),
  ];
}

/** What comes in, what the routes carry of it, and what is left without each component. */
export function throughputLines({ demand, carried, limits, without }: Throughput): readonly string[] {
  const routes = limits.map(({ caller, callee, capacity }) => `${caller} → ${callee} (${capacity})`);
  const alone = without.filter((each) => each.carried === 0).map(({ component }) => component);
  const short = without.filter((each) => each.carried > 0 && each.carried < carried);
  return [
    '',
    carried < demand
      ? `${demand} requests a second come in, and the routes carry ${carried}. They are limited by ${routes.join(', ')}.`
      : `${demand} requests a second come in, and the routes carry them.`,
    ...(alone.length > 0 ? [`Single points of failure: ${alone.join(', ')}.`] : []),
    ...short.map(({ component, carried: left }) => `Without ${component}, they carry ${left}.`),
  ];
}

/**
 * For Markdown that draws Mermaid, such as GitHub's. Ids are numbers: a name may be a word of Mermaid's, such as `end`.
 *
 * @param limits the routes that limit the throughput: they are drawn thick
 * @param discovered dependencies that nobody declared: they are dotted
 */
export function mermaidLines(
  components: readonly string[],
  graph: DependencyGraph,
  routing: Routing = NO_ROUTES,
  limits: Throughput['limits'] = [],
  discovered: readonly DiscoveredDependency[] = [],
): readonly string[] {
  const ids = new Map(components.map((name, number) => [name, `c${number}`]));
  const arrow = (caller: string, callee: string) => {
    const found = discoveryOf(discovered, caller, callee);
    if (found) return `-. "${found.sources.join(', ')}" .->`;
    const text = capacityText(routing, caller, callee);
    if (text === '') return '-->';
    const isLimit = limits.some((limit) => limit.caller === caller && limit.callee === callee);
    return isLimit ? `== "${text}" ==>` : `-- "${text}" -->`;
  };
  return [
    'flowchart LR',
    ...components.map((name) => {
      const demand = demandText(routing, name);
      return `  ${ids.get(name)}["${name}${demand && `<br>${demand}`}"]`;
    }),
    ...components.flatMap((caller) =>
      (graph.callees.get(caller) ?? []).map(
        (callee) => `  ${ids.get(caller)} ${arrow(caller, callee)} ${ids.get(callee)}`,
      ),
    ),
  ];
}
