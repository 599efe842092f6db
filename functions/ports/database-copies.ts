import type { DatabaseCopy, ListedSnapshot } from '../core/target/database-copy.ts';

/**
 * Instances of RDS that are restored beside others, and what they are restored from.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface DatabaseCopies {
  /** All snapshots of an instance, automated ones included. */
  readonly listSnapshots: (id: string) => Promise<readonly ListedSnapshot[]>;
  /**
   * Begins to restore a snapshot to a new instance with the class, the network and the parameters of the original, in one
   * zone. Repeating it with the same name changes nothing.
   *
   * @param madeBy the operation and step, for its tags
   */
  readonly restoreCopy: (
    original: string,
    snapshot: string,
    copy: { readonly name: string; readonly madeBy: string },
  ) => Promise<void>;
  /** @returns `undefined` if there is no instance of that name */
  readonly readCopy: (name: string) => Promise<DatabaseCopy | undefined>;
  /**
   * Begins to delete a copy. Repeating it changes nothing.
   *
   * @param finalSnapshot what is left of it. @default nothing
   */
  readonly deleteCopy: (name: string, finalSnapshot?: string) => Promise<void>;
}
