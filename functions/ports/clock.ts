export interface Clock {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}
