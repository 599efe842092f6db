import type { Window } from '../configuration/schema/window-schema.ts';
import { instantsOf, type WallMs, wallClock } from './wall-clock.ts';
import { WEEKDAYS } from './weekdays.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How far ahead an opening is looked for. */
const DAYS_AHEAD = 400;

type OpeningHours = Pick<Window, 'timeZone' | 'open' | 'closed'>;
type Range = NonNullable<Window['open']>[number];

/**
 * Whether a window's hours are open at an instant. The wall clock decides: hours that are skipped when clocks are set
 * forward do not occur, and hours that occur twice when they are set back are open twice.
 */
export function isOpenAt(window: OpeningHours, atMs: number): boolean {
  return isOpenBy(window, wallClock(window.timeZone, atMs));
}

/**
 * When a window's hours are open next: at the instant itself, if they are open then.
 *
 * @returns epoch milliseconds; `undefined` if they stay closed for more than a year
 */
export function opensAtMs(window: OpeningHours, fromMs: number): number | undefined {
  return isOpenAt(window, fromMs) ? fromMs : changesAtMs(window, fromMs);
}

/**
 * When a window's hours close that are open, or open that are closed.
 *
 * @returns epoch milliseconds; `undefined` if they stay as they are for more than a year
 */
export function changesAtMs(window: OpeningHours, fromMs: number): number | undefined {
  const { timeZone, open = [] } = window;
  const isOpen = isOpenAt(window, fromMs);
  const today = midnightOf(wallClock(timeZone, fromMs));
  const edges = [0, ...open.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
  const changesOn = (day: number) =>
    edges
      .flatMap((minutes) => instantsOf(timeZone, today + day * DAY_MS + minutes * MINUTE_MS))
      .filter((atMs) => atMs > fromMs && isOpenAt(window, atMs) !== isOpen);
  let firstMs = Number.POSITIVE_INFINITY;
  for (let day = 0; day <= DAYS_AHEAD + 1; day += 1) {
    firstMs = Math.min(firstMs, ...changesOn(day));
    // A change of the clock is among the instants of earlier days as well, and days after them may change first.
    const isPast = firstMs < Number.POSITIVE_INFINITY && wallClock(timeZone, firstMs) < today + day * DAY_MS;
    if (isPast) return firstMs;
  }
  return undefined;
}

/** The reason of the closed days that an instant is in. */
export function closedReason({ timeZone, closed }: OpeningHours, atMs: number): string | undefined {
  const date = dateOf(wallClock(timeZone, atMs));
  return closed.find((days) => includesDate(days, date))?.reason;
}

function isOpenBy({ open, closed }: OpeningHours, wallMs: WallMs): boolean {
  const date = dateOf(wallMs);
  if (closed.some((days) => includesDate(days, date))) return false;
  return open?.some((range) => isWithin(range, wallMs)) ?? true;
}

function isWithin({ days, from, to }: Range, wallMs: WallMs): boolean {
  const minute = Math.floor((wallMs - midnightOf(wallMs)) / MINUTE_MS);
  const begin = minutesOf(from);
  const end = minutesOf(to);
  const beginsOn = (dayMs: WallMs) => days.includes(WEEKDAYS[new Date(dayMs).getUTCDay()] ?? 'sun');
  if (begin < end) return beginsOn(wallMs) && begin <= minute && minute < end;
  return (beginsOn(wallMs) && begin <= minute) || (beginsOn(wallMs - DAY_MS) && minute < end);
}

function includesDate({ from, to = from }: Window['closed'][number], date: string): boolean {
  return from <= date && date <= to;
}

function midnightOf(wallMs: WallMs): WallMs {
  return Math.floor(wallMs / DAY_MS) * DAY_MS;
}

function dateOf(wallMs: WallMs): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
