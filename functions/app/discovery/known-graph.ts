import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { DependencyGraph } from '../../core/diagnosis/dependency-graph.ts';
import { completedGraph } from '../../core/discovery/discovered-graph.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DiscoveredGraphs } from '../../ports/discovered-graphs.ts';
import { StoreUnavailable } from '../../ports/errors.ts';

export interface KnownGraphDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'settings'>;
  readonly discovered: Pick<DiscoveredGraphs, 'readGraph'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** What was discovered is worth no long wait. */
const READ_FOR_MS = 500;

/**
 * The declared dependencies with those that were discovered.
 *
 * @returns `undefined` where nothing is discovered; nothing is read then
 * @throws ServiceError if it cannot be read, or not soon
 */
export async function readCompletedGraph({
  configuration: { components, settings },
  discovered,
  clock,
}: KnownGraphDeps): Promise<DependencyGraph | undefined> {
  if (!settings.graph) return undefined;
  const known = await Promise.race([discovered.readGraph(), clock.sleep(READ_FOR_MS)]);
  if (!known) throw new StoreUnavailable(`no answer within ${READ_FOR_MS} ms`);
  return completedGraph(components, known);
}
