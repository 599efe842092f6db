import { type Command, Option } from 'commander';
import { configuredGraph } from '../../functions/core/diagnosis/dependency-graph.ts';
import { DEFAULT_CONFIG, readConfigurationFile } from '../configuration-file.ts';
import type { Context } from '../context.ts';
import { withJson } from '../options.ts';
import { graphLines, mermaidLines } from '../presenters/graph.ts';

interface Options {
  readonly format: 'text' | 'mermaid';
  readonly json?: true;
}

export function addGraph(program: Command, context: Context): void {
  withJson(program.command('graph'))
    .summary('show which component depends on which')
    .description(
      'Shows the dependencies that the configuration declares by `dependsOn`, without AWS: as text, or as a Mermaid diagram for documentation.',
    )
    .argument('[file]', 'the configuration file', DEFAULT_CONFIG)
    .addOption(new Option('--format <format>', 'how to draw it').choices(['text', 'mermaid']).default('text'))
    .action((file: string, { format, json }: Options) => {
      const { components } = readConfigurationFile(file);
      if (json) {
        const dependencies = Object.entries(components).flatMap(([caller, { dependsOn }]) =>
          dependsOn.map((callee) => ({ caller, callee })),
        );
        context.out(JSON.stringify({ components: Object.keys(components), dependencies }, null, 2));
        return;
      }
      const graph = configuredGraph(components);
      const lines = format === 'mermaid' ? mermaidLines : graphLines;
      for (const line of lines(Object.keys(components), graph)) context.out(line);
    });
}
