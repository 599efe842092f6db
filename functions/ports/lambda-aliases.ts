import type { FunctionState } from '../core/target/function-state.ts';
import type { AliasName, AliasPointer } from '../core/target/lambda-alias.ts';

/** Execution environments that are kept ready for an alias. */
export interface ProvisionedConcurrency {
  /** `null` if there are none. */
  readonly requested: number | null;
  /** `IN_PROGRESS`, `READY` or `FAILED`, as Lambda names it. */
  readonly status?: string;
  readonly reason?: string;
}

/**
 * Aliases of Lambda functions, and how many requests they may serve at a time.
 *
 * Every method @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable
 */
export interface LambdaAliases {
  /** @returns `revision`: a token by which a write is refused once someone else has changed the alias */
  readonly read: (name: AliasName) => Promise<{ readonly pointer: AliasPointer; readonly revision: string }>;
  /**
   * Points the alias elsewhere, with all requests at once.
   *
   * @throws OverwriteRefused if the alias no longer has this revision
   */
  readonly point: (name: AliasName, pointer: AliasPointer, revision: string) => Promise<void>;
  /** The state of the version that the alias points to. */
  readonly state: (name: AliasName) => Promise<FunctionState>;
  /** How many requests are reserved for the function; `null` if none are. */
  readonly reserved: (functionName: string) => Promise<number | null>;
  /** Reserves as many, or with `null` none. */
  readonly reserve: (functionName: string, count: number | null) => Promise<void>;
  readonly provisioned: (name: AliasName) => Promise<ProvisionedConcurrency>;
  /** Begins to keep as many ready, or with `null` none. */
  readonly provision: (name: AliasName, count: number | null) => Promise<void>;
}
