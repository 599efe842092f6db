import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, it } from 'vitest';
import type { Window } from '../../../../functions/core/configuration/schema/schema.ts';
import { changesAtMs, isOpenAt } from '../../../../functions/core/window/opening-hours.ts';
import { WEEKDAYS } from '../../../../functions/core/window/weekdays.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Northern and southern summer time, half hours, changes at midnight, a suspension in Ramadan, and none. */
const ZONES = [
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Casablanca'],
  ...['Asia/Beirut', 'Asia/Kathmandu', 'Africa/Cairo', 'UTC'],
];

const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const time = (most: number) => fc.integer({ min: 0, max: most }).map(timeOf);
const dateOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);

const range = fc.record({
  days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
  from: time(1_439),
  to: time(1_440),
});

/** Often within two days of a change of the clock, as another implementation knows it. */
const instantIn = (timeZone: string) =>
  fc
    .tuple(
      fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) }),
      fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
      fc.boolean(),
    )
    .map(([atMs, awayMs, isNear]) => {
      const from = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
      const change = isNear ? from.getTimeZoneTransition('next') : null;
      return change ? change.epochMilliseconds + awayMs : atMs;
    });

const asked = fc.constantFrom(...ZONES).chain((timeZone) =>
  instantIn(timeZone).chain((atMs) =>
    fc.record({
      atMs: fc.constant(atMs),
      window: fc.record({
        timeZone: fc.constant(timeZone),
        open: fc.option(fc.array(range, { minLength: 1, maxLength: 3 }), { nil: undefined }),
        closed: fc.array(
          fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 2 })).map(([after, days]) => ({
            from: dateOf(atMs + after * DAY_MS),
            to: dateOf(atMs + (after + days) * DAY_MS),
          })),
          { maxLength: 2 },
        ),
      }),
    }),
  ),
);

/** The same, said with Temporal. */
function isOpenByTemporal(
  { timeZone, open, closed }: Pick<Window, 'timeZone' | 'open' | 'closed'>,
  atMs: number,
): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const date = local.toPlainDate().toString();
  if (closed.some(({ from, to = from }) => from <= date && date <= to)) return false;
  const dayOf = (day: Temporal.PlainDate) => WEEKDAYS[day.dayOfWeek % 7] ?? 'sun';
  return (
    open?.some(({ days, from, to }) =>
      [local.toPlainDate(), local.toPlainDate().subtract({ days: 1 })].some((day) => {
        if (!days.includes(dayOf(day))) return false;
        const begin = day.toPlainDateTime(from);
        const sameDay = to === '24:00' ? day.add({ days: 1 }).toPlainDateTime() : day.toPlainDateTime(to);
        const end = to > from ? sameDay : sameDay.add({ days: 1 });
        return (
          Temporal.PlainDateTime.compare(begin, local) <= 0 && Temporal.PlainDateTime.compare(local, end) < 0
        );
      }),
    ) ?? true
  );
}

describe('opening hours, whatever the time zone', () => {
  it('are open exactly when Temporal says so', () => {
    fc.assert(
      fc.property(asked, ({ window, atMs }) => isOpenAt(window, atMs) === isOpenByTemporal(window, atMs)),
      { numRuns: 2_000 },
    );
  });

  it('change at the instant that is given, and at none before', () => {
    fc.assert(
      fc.property(asked, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), ({ window, atMs }, parts) => {
        const before = isOpenByTemporal(window, atMs);
        const changeMs = changesAtMs(window, atMs);
        const endMs = changeMs ?? atMs + 400 * DAY_MS;
        const looks = [...parts.map((part) => atMs + Math.floor(part * (endMs - 1 - atMs))), endMs - 1];
        const isSteady = looks.every((look) => isOpenByTemporal(window, look) === before);
        return isSteady && (changeMs === undefined || isOpenByTemporal(window, changeMs) !== before);
      }),
      { numRuns: 500 },
    );
  });

  it('have no change that a look at every minute of two days would find earlier', () => {
    fc.assert(
      fc.property(asked, ({ window, atMs }) => {
        const startMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
        const before = isOpenByTemporal(window, startMs);
        const found = changesAtMs(window, startMs) ?? Number.POSITIVE_INFINITY;
        for (let minute = 1; minute <= 2_880; minute += 1) {
          const look = startMs + minute * MINUTE_MS;
          if (look >= found) return isOpenByTemporal(window, found) !== before;
          if (isOpenByTemporal(window, look) !== before) return false;
        }
        return true;
      }),
      { numRuns: 40 },
    );
  });
});
