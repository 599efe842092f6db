import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { DependencyGraph } from '../../core/diagnosis/dependency-graph.ts';
import { completedGraph } from '../../core/discovery/discovered-graph.ts';
import type { DiscoveredGraphs } from '../../ports/discovered-graphs.ts';

export interface KnownGraphDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'settings'>;
  readonly discovered: Pick<DiscoveredGraphs, 'readGraph'>;
}

/**
 * The declared dependencies with those that were discovered.
 *
 * @returns `undefined` where nothing is discovered; nothing is read then
 */
export async function readCompletedGraph({
  configuration: { components, settings },
  discovered,
}: KnownGraphDeps): Promise<DependencyGraph | undefined> {
  return settings.graph && completedGraph(components, await discovered.readGraph());
}
