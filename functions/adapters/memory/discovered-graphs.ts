import { type DiscoveredGraph, NOTHING_DISCOVERED } from '../../core/discovery/discovered-graph.ts';
import type { DiscoveredGraphs } from '../../ports/discovered-graphs.ts';
import { frozen } from './frozen.ts';

export function createMemoryDiscoveredGraphs(): DiscoveredGraphs {
  let kept: DiscoveredGraph = NOTHING_DISCOVERED;
  return {
    readGraph: async () => kept,
    saveGraph: async (graph) => {
      if (graph.revision !== kept.revision + 1) return false;
      kept = frozen(graph);
      return true;
    },
  };
}
