/**
 * What one verified repair of three actions takes, as `npm run bench -- --only heal` counts it on MiniStack; docs/cost.md has
 * the table. A test compares the two.
 */
export const COUNTED_REPAIR = {
  standardTransitions: 10,
  expressTransitions: 4,
  invocations: 10,
  writeUnits: 24,
  readUnits: 26,
  /** Of all that, with the functions' time, events and logs. */
  usd: 0.000305,
} as const;

/** One run of the reconciler in which nothing is unhealthy, counted in the same way. */
export const COUNTED_RECONCILER_RUN_USD = 0.00000302;
