/** How a request failed: with a fault of the server (5xx), an error of the client (4xx), or throttled (429). */
export type TraceFailure = 'fault' | 'error' | 'throttle';

/** Why a request failed, as X-Ray names it. It leaves the function masked. */
export interface TraceCause {
  readonly failure: TraceFailure;
  /** Services and their parts, from where the request came in to what failed. */
  readonly path: readonly string[];
  /** @default what failed says nothing more */
  readonly exception?: { readonly name?: string; readonly message?: string };
}

/** A traced request that failed. */
export interface FailedTrace {
  readonly id: string;
  /** At least one. */
  readonly causes: readonly TraceCause[];
}
