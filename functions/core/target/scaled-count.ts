/** How to scale, by an action's `params`. */
export interface Scaling {
  /** An absolute count. */
  readonly to?: number | undefined;
  /** Relative to the present count. */
  readonly add?: number | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/**
 * The count to set, given the present one. A count that is outside the bounds already is not moved away from them, nor
 * back inside by a scaling in the other direction.
 */
export function scaledCount(
  present: number,
  { to, add = 0, atLeast = 1, atMost = Number.POSITIVE_INFINITY }: Scaling,
): number {
  if (to !== undefined) return to;
  return add >= 0
    ? Math.max(present, Math.min(present + add, atMost))
    : Math.min(present, Math.max(present + add, atLeast));
}
