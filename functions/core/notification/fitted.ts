import { shortText } from '../signal/event-values.ts';
import type { Notice } from './notice.ts';

/** How much of a notice a channel shows at most, in characters; `lines` counts those of a list. */
interface Measure {
  readonly message: number;
  readonly line: number;
  readonly lines: number;
}

const WHOLE: Measure = { message: 12_000, line: 500, lines: 40 };
const SMALLEST_SHARE = 1 / 64;

/** How many bytes a payload has on its way. */
export function bytesOf(payload: unknown): number {
  return new TextEncoder().encode(JSON.stringify(payload)).length;
}

/** Renders as much of a notice as fits: texts and lists are shortened until it does. */
export function fitted<Payload>(
  notice: Notice,
  maximumBytes: number,
  render: (notice: Notice) => Payload,
): Payload {
  for (let share = 1; ; share /= 2) {
    const payload = render(shortened(notice, share));
    if (bytesOf(payload) <= maximumBytes || share <= SMALLEST_SHARE) return payload;
  }
}

function shortened(notice: Notice, share: number): Notice {
  const of = (whole: number) => Math.max(1, Math.floor(whole * share));
  const line = (text: string) => shortText(text, of(WHOLE.line));
  return {
    ...notice,
    message: shortText(notice.message, of(WHOLE.message)),
    facts: notice.facts.map(({ name, value }) => ({ name, value: line(value) })),
    done: listed(notice.done, of(WHOLE.lines)).map(line),
    left: listed(notice.left, of(WHOLE.lines)).map(line),
  };
}

/** The first lines of a list, and how many more there are. */
function listed(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];
}
