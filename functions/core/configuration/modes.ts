/** From the strictest: what is decided is only recorded, waits for a person's approval, or is carried out. */
export const MODES = ['observe', 'propose', 'auto'] as const;
export type Mode = (typeof MODES)[number];

/** What people may set at run time: nothing that lets more be done than the configuration says. */
export const STRICTER_MODES = ['observe', 'propose'] as const satisfies readonly Mode[];
export type StricterMode = (typeof STRICTER_MODES)[number];

/** Whether the first of two lets less be done. */
export function isStricter(one: Mode, other: Mode): boolean {
  return MODES.indexOf(one) < MODES.indexOf(other);
}
