import { type Command, Option } from 'commander';
import { routingOf, throughputOf } from '../../functions/core/diagnosis/throughput.ts';
import {
  completedGraph,
  type DiscoveredGraph,
  NOTHING_DISCOVERED,
  undeclared,
} from '../../functions/core/discovery/discovered-graph.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, configArgument, withConnection } from '../options.ts';
import { treeLines, treeMermaid } from '../presenters/decision-tree.ts';
import { graphLines, mermaidLines, throughputLines } from '../presenters/graph.ts';

interface Options extends Omit<CommonOptions, 'config'> {
  readonly format: 'text' | 'mermaid';
  readonly strategies?: true;
  readonly discovered?: true;
}

type Configuration = ReturnType<typeof readConfigurationFile>;

export function addGraph(program: Command, context: Context): void {
  withConnection(program.command('graph'))
    .summary('show which component depends on which, or which strategy answers what')
    .description(
      'Shows the dependencies that the configuration declares by `dependsOn`, without AWS: as text, or as a Mermaid diagram for documentation. With `demand` and `capacities`, both are written beside the dependencies; what limits the throughput is drawn thick, or said in text with the single points of failure. `--discovered` reads from the table, too, what `settings.graph` has discovered: those dependencies have their sources and the day on which they were last seen, and are dotted in diagrams.',
    )
    .addArgument(configArgument(context))
    .addOption(new Option('--format <format>', 'how to draw it').choices(['text', 'mermaid']).default('text'))
    .addOption(
      new Option('--strategies', 'draw which strategy answers which alert and cause, in order').conflicts(
        'discovered',
      ),
    )
    .option('--discovered', 'also show the dependencies that were discovered')
    .action(async (file: string, options: Options) => {
      const configuration = readConfigurationFile(file);
      if (options.strategies) {
        showStrategies(context, configuration, options);
        return;
      }
      const found = options.discovered
        ? await (await connect(options)).discovered.readGraph()
        : NOTHING_DISCOVERED;
      showDependencies(context, configuration, found, options);
    });
}

function showStrategies(
  context: Context,
  { strategies }: Configuration,
  { format, json }: Pick<Options, 'format' | 'json'>,
): void {
  const tree = format === 'mermaid' ? treeMermaid : treeLines;
  if (json) context.out(JSON.stringify({ strategies }, null, 2));
  else for (const line of tree(strategies)) context.out(line);
}

function showDependencies(
  context: Context,
  { components }: Configuration,
  found: DiscoveredGraph,
  { format, json }: Pick<Options, 'format' | 'json'>,
): void {
  const throughput = throughputOf(components);
  const routing = routingOf(components);
  const names = Object.keys(components);
  const discovered = undeclared(found.dependencies, components);
  if (json) {
    const dependencies = [...declaredDependencies(components), ...discovered];
    context.out(
      JSON.stringify({ components: names, dependencies, ...(throughput && { throughput }) }, null, 2),
    );
    return;
  }
  const graph = completedGraph(components, found);
  if (format === 'mermaid') {
    for (const line of mermaidLines(names, graph, routing, throughput?.limits, discovered)) context.out(line);
    return;
  }
  for (const line of graphLines(names, graph, routing, discovered)) context.out(line);
  if (throughput) for (const line of throughputLines(throughput)) context.out(line);
}

function declaredDependencies(components: Configuration['components']): readonly object[] {
  return Object.entries(components).flatMap(([caller, { dependsOn, capacities = {} }]) =>
    dependsOn.map((callee) => {
      const capacity = capacities[callee];
      const sources = ['configuration'];
      return { caller, callee, sources, ...(capacity !== undefined && { capacity }) };
    }),
  );
}
