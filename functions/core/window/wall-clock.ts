const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** What a wall clock shows, as the milliseconds since 1970 at which a clock in UTC shows the same. */
export type WallMs = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Building a format takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** Whether the time zone database has it. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the wall clock of a time zone shows at an instant, to the second. */
export function wallClock(timeZone: string, atMs: number): WallMs {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(
    ...([
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    ] as const),
  );
}

/** How far the wall clock is ahead of UTC. */
function offsetMs(timeZone: string, atMs: number): number {
  const secondMs = Math.floor(atMs / SECOND_MS) * SECOND_MS;
  return wallClock(timeZone, secondMs) - secondMs;
}

/**
 * The instants at which a wall clock comes to show a time: one; two where the clock is set back over it; and where it
 * is set forward over it, or anywhere else within a day of the time, the instant at which it is set.
 */
export function instantsOf(timeZone: string, wallMs: WallMs): readonly number[] {
  const beforeMs = wallMs - DAY_MS;
  const afterMs = wallMs + DAY_MS;
  const before = offsetMs(timeZone, beforeMs);
  const after = offsetMs(timeZone, afterMs);
  if (before === after) return [wallMs - before];
  const shown = [wallMs - before, wallMs - after].filter(
    (atMs) => atMs + offsetMs(timeZone, atMs) === wallMs,
  );
  return [...shown, changeBetween(timeZone, beforeMs, afterMs)];
}

/** The first second with the later offset; between the two, the clock is set once. */
function changeBetween(timeZone: string, fromMs: number, toMs: number): number {
  const later = offsetMs(timeZone, toMs);
  let before = Math.floor(fromMs / SECOND_MS);
  let after = Math.floor(toMs / SECOND_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMs(timeZone, middle * SECOND_MS) === later) after = middle;
    else before = middle;
  }
  return after * SECOND_MS;
}
