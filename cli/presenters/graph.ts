import type { DependencyGraph } from '../../functions/core/diagnosis/dependency-graph.ts';
import type { Throughput } from '../../functions/core/diagnosis/throughput.ts';

/** One tree for each component that nothing calls; what is drawn already is only named again. */
export function graphLines(components: readonly string[], graph: DependencyGraph): readonly string[] {
  const drawn = new Set<string>();
  const entries = components.filter((name) => !graph.callers.has(name));
  const trees = entries.flatMap((name) => treeLines(name, graph, drawn));
  // Components of circles that nothing outside calls.
  const rest = components.filter((name) => !drawn.has(name));
  return [...trees, ...rest.flatMap((name) => (drawn.has(name) ? [] : treeLines(name, graph, drawn)))];
}

function treeLines(
  name: string,
  graph: DependencyGraph,
  drawn: Set<string>,
  lead = '',
  branch = '',
): readonly string[] {
  const callees = graph.callees.get(name) ?? [];
  if (drawn.has(name)) return [`${lead}${branch}${name}${callees.length > 0 ? ' (see above)' : ''}`];
  drawn.add(name);
  const below = branch === '' ? lead : `${lead}${branch.startsWith('└') ? '   ' : '│  '}`;
  return [
    `${lead}${branch}${name}`,
    ...callees.flatMap((callee, index) =>
      treeLines(callee, graph, drawn, below, index === callees.length - 1 ? '└─ ' : '├─ '),
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

/** For Markdown that draws Mermaid, such as GitHub's. Ids are numbers: a name may be a word of Mermaid's, such as `end`. */
export function mermaidLines(components: readonly string[], graph: DependencyGraph): readonly string[] {
  const ids = new Map(components.map((name, number) => [name, `c${number}`]));
  return [
    'flowchart LR',
    ...components.map((name) => `  ${ids.get(name)}["${name}"]`),
    ...components.flatMap((caller) =>
      (graph.callees.get(caller) ?? []).map((callee) => `  ${ids.get(caller)} --> ${ids.get(callee)}`),
    ),
  ];
}
