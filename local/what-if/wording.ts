/** Lines are no longer than this, unless a single word is. */
const LINE_CHARACTERS = 110;

export const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** `2026-11-22 13:30:00Z` */
export const time = (timeMs: number) => `${iso(timeMs).slice(0, 19).replace('T', ' ')}Z`;

export const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `9 m 45 s` */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** Between words, but not inside a duration or a time. */
const GAP = / (?![smh]\b|\d\d [sm]\b|\d\d:\d\d:\d\dZ)/;

/**
 * A text as lines of bounded length.
 *
 * @param first precedes the first line; the others are indented as far, but by `indent` at most
 */
export function wrapped(first: string, text: string, indent = 30): readonly string[] {
  const margin = ' '.repeat(Math.min(first.length, indent));
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(GAP)) {
    if (!isEmpty && line.length + 1 + word.length > LINE_CHARACTERS) {
      lines.push(line);
      line = margin;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
