/** The sensitivity at which bars are as documented. */
export const DEFAULT_SENSITIVITY = 0.7;

/** Bars double for every 0.35 that the sensitivity is lower: 0 asks for four times the deviation, 1 for 55 % of it. */
export function atSensitivity(
  tiers: readonly [number, number, number],
  sensitivity: number,
): readonly [number, number, number] {
  const factor = 2 ** ((DEFAULT_SENSITIVITY - sensitivity) / 0.35);
  return [tiers[0] * factor, tiers[1] * factor, tiers[2] * factor];
}
