import type { ClusterCopy, ListedClusterSnapshot } from '../core/target/database-copy.ts';

/** The name of something that a step makes, and the operation and step, for its tags. */
export interface MadeCopy {
  readonly name: string;
  readonly madeBy: string;
}

/**
 * Clusters that are restored beside others.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface ClusterCopies {
  /** All snapshots of a cluster, automated ones included. */
  readonly listClusterSnapshots: (id: string) => Promise<readonly ListedClusterSnapshot[]>;
  /**
   * Begins to restore a snapshot to a new cluster, with the version of the snapshot, and the network and the parameters of the
   * original: one of Aurora without instances, a Multi-AZ cluster with three of the original's class and storage.
   * Repeating it with the same name changes nothing.
   */
  readonly restoreCluster: (
    original: string,
    snapshot: Pick<ListedClusterSnapshot, 'name' | 'engineVersion'>,
    copy: MadeCopy,
  ) => Promise<void>;
  /** @returns `undefined` if there is no cluster of that name */
  readonly readClusterCopy: (name: string) => Promise<ClusterCopy | undefined>;
  /**
   * Begins to add an instance to an available cluster, with the class, the parameters and the visibility of an instance of the
   * original. Repeating it with the same name changes nothing.
   */
  readonly addInstance: (like: string, cluster: string, instance: MadeCopy) => Promise<void>;
  /**
   * Begins to delete a cluster. Repeating it changes nothing.
   *
   * @param finalSnapshot name of the snapshot that is left of it; `undefined` for none
   * @throws ServiceUnavailable while RDS refuses that because an instance of it is not being deleted yet
   */
  readonly deleteCluster: (name: string, finalSnapshot?: string) => Promise<void>;
}
