import { type Command, Option } from 'commander';
import { configuredGraph } from '../../functions/core/diagnosis/dependency-graph.ts';
import { throughputOf } from '../../functions/core/diagnosis/throughput.ts';
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
      'Shows the dependencies that the configuration declares by `dependsOn`, without AWS: as text, or as a Mermaid diagram for documentation. With `demand` and `capacities`, also what limits the throughput, and which components are single points of failure.',
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
      if (json) {
        const dependencies = Object.entries(components).flatMap(([caller, { dependsOn }]) =>
          dependsOn.map((callee) => ({ caller, callee })),
        );
        const throughput = throughputOf(components);
        context.out(
          JSON.stringify(
            { components: Object.keys(components), dependencies, ...(throughput && { throughput }) },
            null,
            2,
          ),
        );
        return;
      }
      const graph = configuredGraph(components);
      const lines = format === 'mermaid' ? mermaidLines : graphLines;
      for (const line of lines(Object.keys(components), graph)) context.out(line);
      const throughput = format === 'text' ? throughputOf(components) : undefined;
      if (throughput) for (const line of throughputLines(throughput)) context.out(line);
    });
}
