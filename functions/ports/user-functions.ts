/** What a function of the user's is asked for. The documented contract: docs/own-actions.md. */
export interface FunctionRequest {
  readonly version: 1;
  /** The same whenever the same request is repeated: a function that has seen it does nothing more. */
  readonly idempotencyKey: string;
  readonly phase: 'do' | 'undo';
  readonly operationId: string;
  readonly stepId: string;
  readonly component: string;
  readonly targetKind: string;
  readonly targets: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the function asked to have back, when it did what it is to undo now. */
  readonly undo?: unknown;
  readonly alert: {
    readonly metric: string;
    readonly severity: string;
    readonly reason: string;
  };
}

/** What a function of the user's is asked about what it has started. */
export interface FunctionLook
  extends Pick<FunctionRequest, 'version' | 'idempotencyKey' | 'operationId' | 'stepId'> {
  /** `cancel`: it is to begin nothing more, and to say whether that is so. */
  readonly phase: 'inspect' | 'cancel';
  /** The name that the function gave to what it has started. */
  readonly reference?: string;
}

/** What a function answered, or how it failed. */
export type FunctionAnswer =
  | { readonly payload: unknown }
  | { readonly functionError: { readonly errorType: string; readonly errorMessage: string } };

/** Invokes Lambda functions of the user's. */
export interface UserFunctions {
  /**
   * Waits for the answer.
   *
   * @param name with or without an alias
   * @throws ServiceUnavailable: it may have run, or still be running
   * @throws RequestRefused, NotFound, NotPermitted: it did not run
   */
  readonly invoke: (
    name: string,
    request: FunctionRequest,
    timeoutSeconds: number,
  ) => Promise<FunctionAnswer>;
  /**
   * Asks a function about what it has started.
   *
   * @throws as `invoke`
   */
  readonly ask: (name: string, look: FunctionLook, timeoutSeconds: number) => Promise<FunctionAnswer>;
}
