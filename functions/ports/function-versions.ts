import type {
  AdjustableSettings,
  FunctionSettings,
  PublishedVersion,
} from '../core/target/function-settings.ts';

/** The version that is not published, and the only one whose settings can be changed. */
export const LATEST = '$LATEST';

/** A version of a function, as Lambda describes it. */
export interface FunctionVersion {
  readonly settings: FunctionSettings;
  /** A token by which a change, or a publication, is refused once someone else has changed the function. */
  readonly revision: string;
  /** `Active`, `Pending`, `Inactive` or `Failed`, as Lambda names it. */
  readonly state: string;
  /** Whether a change of its settings is still being carried out, or has failed. */
  readonly update: 'done' | 'in progress' | 'failed';
  /** Why it is in this state, or why the change has failed. */
  readonly reason?: string;
}

/**
 * Versions of Lambda functions, and their settings.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface FunctionVersions {
  /** @param version its number, or `$LATEST` */
  readonly read: (functionName: string, version: string) => Promise<FunctionVersion>;
  /** The published versions with their settings, oldest first. */
  readonly published: (functionName: string) => Promise<readonly PublishedVersion[]>;
  /**
   * Begins to change settings of `$LATEST`; the others stay.
   *
   * @throws OverwriteRefused if it no longer has this revision
   */
  readonly configure: (
    functionName: string,
    settings: Partial<AdjustableSettings>,
    revision: string,
  ) => Promise<void>;
  /**
   * Publishes `$LATEST` as a copy of what is served, with other settings. If it is the same as the version that was published last, that one is returned.
   *
   * @returns the version’s number
   * @throws OverwriteRefused if `$LATEST` no longer has this revision
   */
  readonly publish: (functionName: string, revision: string) => Promise<string>;
}
