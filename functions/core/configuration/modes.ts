/** From the strictest: what is decided is only recorded, waits for a person's approval, or is carried out. */
export const MODES = ['observe', 'propose', 'auto'] as const;
export type Mode = (typeof MODES)[number];
