import { type Command, Option } from 'commander';
import { configuredGraph } from '../../functions/core/diagnosis/dependency-graph.ts';
import { routingOf, throughputOf } from '../../functions/core/diagnosis/throughput.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import type { Context } from '../context.ts';
import { configArgument, withJson } from '../options.ts';
import { treeLines, treeMermaid } from '../presenters/decision-tree.ts';
import { graphLines, mermaidLines, throughputLines } from '../presenters/graph.ts';

interface Options {
  readonly format: 'text' | 'mermaid';
  readonly json?: true;
  readonly strategies?: true;
}

export function addGraph(program: Command, context: Context): void {
  withJson(program.command('graph'))
    .summary('show which component depends on which, or which strategy answers what')
    .description(
      'Shows the dependencies that the configuration declares by `dependsOn`, without AWS: as text, or as a Mermaid diagram for documentation. With `demand` and `capacities`, both are written beside the dependencies; what limits the throughput is drawn thick, or said in text with the single points of failure.',
    )
    .addArgument(configArgument(context))
    .addOption(new Option('--format <format>', 'how to draw it').choices(['text', 'mermaid']).default('text'))
    .option('--strategies', 'draw which strategy answers which alert and cause, in order')
    .action((file: string, { format, json, strategies: drawsStrategies }: Options) => {
      const { components, strategies } = readConfigurationFile(file);
      if (drawsStrategies) {
        const tree = format === 'mermaid' ? treeMermaid : treeLines;
        if (json) context.out(JSON.stringify({ strategies }, null, 2));
        else for (const line of tree(strategies)) context.out(line);
        return;
      }
      const throughput = throughputOf(components);
      const routing = routingOf(components);
      if (json) {
        const dependencies = Object.entries(components).flatMap(([caller, { dependsOn, capacities = {} }]) =>
          dependsOn.map((callee) => {
            const capacity = capacities[callee];
            return { caller, callee, ...(capacity !== undefined && { capacity }) };
          }),
        );
        context.out(
          JSON.stringify(
            { components: Object.keys(components), dependencies, ...(throughput && { throughput }) },
            null,
            2,
          ),
        );
        return;
      }
      const names = Object.keys(components);
      const graph = configuredGraph(components);
      if (format === 'mermaid') {
        for (const line of mermaidLines(names, graph, routing, throughput?.limits)) context.out(line);
        return;
      }
      for (const line of graphLines(names, graph, routing)) context.out(line);
      if (throughput) for (const line of throughputLines(throughput)) context.out(line);
    });
}
