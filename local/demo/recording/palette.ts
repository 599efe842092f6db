import type { Colour } from '../report/paint.ts';

/** Colours of a terminal, in `#rrggbb`. */
export type Palette = Readonly<Record<'background' | 'border' | 'text' | Exclude<Colour, 'bold'>, string>>;

export const LIGHT: Palette = {
  background: '#f6f8fa',
  border: '#d1d9e0',
  text: '#1f2328',
  dim: '#59636e',
  green: '#116329',
  red: '#b3151f',
  yellow: '#7d4e00',
  blue: '#0550ae',
  magenta: '#8250df',
  cyan: '#0f6b74',
};

export const DARK: Palette = {
  background: '#0d1117',
  border: '#3d444d',
  text: '#e6edf3',
  dim: '#9198a1',
  green: '#7ee787',
  red: '#ff8f86',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#76e3ea',
};
