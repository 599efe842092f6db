import { describe, expect, it } from 'vitest';
import type { Window } from '../../../../functions/core/configuration/schema/schema.ts';
import { changesAtMs, isOpenAt, opensAtMs } from '../../../../functions/core/window/opening-hours.ts';

const hours = (from: string, to: string, days: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri']) =>
  ({ days, from, to }) as NonNullable<Window['open']>[number];

const windowOf = (timeZone: string, ...open: NonNullable<Window['open']>) => ({ timeZone, open, closed: [] });

const at = (text: string) => Date.parse(text);
const iso = (atMs: number | undefined) => (atMs === undefined ? undefined : new Date(atMs).toISOString());

const DAILY = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

describe('opening hours', () => {
  const office = windowOf('Europe/Berlin', hours('09:00', '17:00'));

  it.each([
    ['a minute before they begin', '2026-11-27T07:59:00Z', false],
    ['as they begin', '2026-11-27T08:00:00Z', true],
    ['in their last second', '2026-11-27T15:59:59.999Z', true],
    ['as they end', '2026-11-27T16:00:00Z', false],
    ['on a day that is not theirs', '2026-11-28T10:00:00Z', false],
  ])('are judged %s', (_, instant, isOpen) => {
    expect(isOpenAt(office, at(instant))).toBe(isOpen);
  });

  it('begin on Monday after a weekend', () => {
    expect(iso(opensAtMs(office, at('2026-11-27T16:00:00Z')))).toBe('2026-11-30T08:00:00.000Z');
  });

  it('end when the last range that is open ends', () => {
    const both = windowOf('UTC', hours('08:00', '12:00'), hours('11:00', '15:00'));
    expect(iso(changesAtMs(both, at('2026-11-27T08:30:00Z')))).toBe('2026-11-27T15:00:00.000Z');
  });

  it('run past midnight into a day that is not theirs', () => {
    const nights = windowOf('UTC', hours('22:00', '06:00', ['fri']));
    expect(isOpenAt(nights, at('2026-11-28T05:59:00Z'))).toBe(true);
    expect(isOpenAt(nights, at('2026-11-27T05:59:00Z'))).toBe(false);
  });

  it('never change when they are all hours', () => {
    const always = { timeZone: 'UTC', open: undefined, closed: [] };
    expect(isOpenAt(always, at('2026-11-28T05:59:00Z'))).toBe(true);
    expect(changesAtMs(always, at('2026-11-28T05:59:00Z'))).toBeUndefined();
  });

  it('stay closed on whole days of the wall clock, the last one included', () => {
    const frozen = { ...office, closed: [{ from: '2026-12-24', to: '2027-01-01' }] };
    expect(iso(changesAtMs(frozen, at('2026-12-23T15:00:00Z')))).toBe('2026-12-23T16:00:00.000Z');
    expect(iso(opensAtMs(frozen, at('2026-12-23T16:00:00Z')))).toBe('2027-01-04T08:00:00.000Z');
  });

  it('have no next opening when they stay closed for years', () => {
    const frozen = { ...office, closed: [{ from: '2026-01-01', to: '2030-01-01' }] };
    expect(opensAtMs(frozen, at('2026-12-23T16:00:00Z'))).toBeUndefined();
  });

  it('are looked for on the next 400 days, and no further', () => {
    const closedUntil = (to: string) => ({
      timeZone: 'UTC',
      open: undefined,
      closed: [{ from: '2026-01-01', to }],
    });
    const fromMs = at('2026-01-01T12:00:00Z');
    expect(iso(opensAtMs(closedUntil('2027-02-04'), fromMs))).toBe('2027-02-05T00:00:00.000Z');
    expect(opensAtMs(closedUntil('2027-02-05'), fromMs)).toBeUndefined();
  });
});

describe('opening hours where clocks change', () => {
  it('keep to the wall clock across the change', () => {
    const morning = windowOf('Europe/Berlin', hours('09:00', '10:00', DAILY));
    expect(iso(opensAtMs(morning, at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T07:00:00.000Z');
    expect(iso(opensAtMs(morning, at('2026-03-27T12:00:00Z')))).toBe('2026-03-28T08:00:00.000Z');
  });

  it('begin when clocks are set forward into them', () => {
    const skipped = windowOf('Europe/Berlin', hours('02:30', '04:00', DAILY));
    expect(iso(opensAtMs(skipped, at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:00:00.000Z');
  });

  it('do not occur when clocks are set forward over them', () => {
    const skipped = windowOf('Europe/Berlin', hours('02:00', '03:00', DAILY));
    expect(iso(opensAtMs(skipped, at('2026-03-28T12:00:00Z')))).toBe('2026-03-30T00:00:00.000Z');
  });

  it('occur twice when clocks are set back over them', () => {
    const repeated = windowOf('Europe/Berlin', hours('02:00', '02:30', DAILY));
    expect(iso(opensAtMs(repeated, at('2026-10-24T12:00:00Z')))).toBe('2026-10-25T00:00:00.000Z');
    expect(iso(changesAtMs(repeated, at('2026-10-25T00:00:00Z')))).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(opensAtMs(repeated, at('2026-10-25T00:30:00Z')))).toBe('2026-10-25T01:00:00.000Z');
  });

  it('begin at midnight after closed days, before the clock changes in the night', () => {
    const howe = {
      ...windowOf('Australia/Lord_Howe', hours('15:30', '02:31', ['sat'])),
      closed: [{ from: '2024-10-04', to: '2024-10-05' }],
    };
    expect(iso(changesAtMs(howe, at('2024-10-04T02:00:00Z')))).toBe('2024-10-05T13:30:00.000Z');
  });

  it('follow a change of half an hour, and a day that a country left out', () => {
    const howe = windowOf('Australia/Lord_Howe', hours('02:15', '05:00', DAILY));
    expect(iso(opensAtMs(howe, at('2026-10-03T12:00:00Z')))).toBe('2026-10-03T15:30:00.000Z');
    const apia = windowOf('Pacific/Apia', hours('08:00', '09:00', ['fri']));
    expect(iso(opensAtMs(apia, at('2011-12-29T20:00:00Z')))).toBe('2012-01-05T18:00:00.000Z');
  });
});
