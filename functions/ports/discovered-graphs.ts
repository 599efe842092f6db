import type { DiscoveredGraph } from '../core/discovery/discovered-graph.ts';
import { ServiceError } from './errors.ts';

/** The record is not one that this version writes: damaged, edited by hand, or of a later version. Nothing is guessed. */
export class GraphUnreadable extends ServiceError {
  override readonly name = 'GraphUnreadable';
  override readonly code = 'GRAPH_UNREADABLE';
}

/**
 * The one record of the dependencies that were discovered. Every method rejects with StoreUnavailable when the outcome
 * cannot be known, with another ServiceError when nothing was done.
 */
export interface DiscoveredGraphs {
  /** As it was written last. Rejects with GraphUnreadable if that is not readable. */
  readonly readGraph: () => Promise<DiscoveredGraph>;
  /** `false` if the record has been changed since `graph.revision - 1`. The first revision replaces an unreadable record. */
  readonly saveGraph: (graph: DiscoveredGraph) => Promise<boolean>;
}
