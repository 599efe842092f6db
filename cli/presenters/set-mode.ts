import type { ModeInForce } from '../../functions/core/admission/mode-now.ts';
import type { Output } from '../output.ts';
import { moment, until } from './words.ts';

/** `group web`, `web`, or `all components`. */
export function partOfMode({ of, name }: Pick<ModeInForce, 'of' | 'name'>): string {
  if (name === undefined) return 'all components';
  return of === 'group' ? `group ${name}` : name;
}

/** A mode that a person set at run time: which, for what, since when, until when, and why. */
export function modeText({ paint }: Pick<Output, 'paint'>, setMode: ModeInForce, atMs: number): string {
  const { mode, sinceMs, untilMs, reason } = setMode;
  const end = untilMs === undefined ? 'without an end' : `ends ${until(untilMs, atMs)}`;
  return `${paint('yellow', mode)} for ${partOfMode(setMode)}, set ${moment(sinceMs)}, ${end}: ${reason}`;
}
