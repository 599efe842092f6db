import type { DiscoveredGraph } from '../core/discovery/discovered-graph.ts';

/**
 * The one record of the dependencies that were discovered. Every method rejects with StoreUnavailable when the outcome
 * cannot be known, with another ServiceError when nothing was done.
 */
export interface DiscoveredGraphs {
  /** As it was written last. */
  readonly readGraph: () => Promise<DiscoveredGraph>;
  /** `false` if the record has been changed since `graph.revision - 1`. */
  readonly saveGraph: (graph: DiscoveredGraph) => Promise<boolean>;
}
