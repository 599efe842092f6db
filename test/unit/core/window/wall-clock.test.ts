import { afterEach, describe, expect, it, vi } from 'vitest';
import { instantsOf, isTimeZone, wallClock } from '../../../../functions/core/window/wall-clock.ts';

const at = (text: string) => Date.parse(text);
const instants = (timeZone: string, wall: string) =>
  instantsOf(timeZone, at(`${wall}Z`)).map((atMs) => new Date(atMs).toISOString());

afterEach(() => vi.restoreAllMocks());

describe('the wall clock of a time zone', () => {
  it('shows the time to the second, in winter, in summer, and at midnight', () => {
    expect(wallClock('Europe/Berlin', at('2026-11-27T08:09:10.999Z'))).toBe(at('2026-11-27T09:09:10Z'));
    expect(wallClock('Europe/Berlin', at('2026-07-27T08:09:10Z'))).toBe(at('2026-07-27T10:09:10Z'));
    expect(wallClock('Europe/Berlin', at('2026-12-31T23:00:00Z'))).toBe(at('2027-01-01T00:00:00Z'));
  });

  it('is known for the zones of the time zone database alone', () => {
    expect(isTimeZone('Asia/Kathmandu')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });

  it('has its format built once, however often it is read', () => {
    const built = vi.spyOn(Intl, 'DateTimeFormat');
    for (const hour of ['08', '09']) wallClock('Asia/Tokyo', at(`2026-11-27T${hour}:00:00Z`));
    expect(built).toHaveBeenCalledTimes(1);
  });
});

describe('the instants of a time on the wall clock', () => {
  it('are one on a day whose neighbours have the same offset', () => {
    expect(instants('Europe/Berlin', '2026-03-28T00:59:59')).toEqual(['2026-03-27T23:59:59.000Z']);
    expect(instants('Europe/Berlin', '2026-03-30T01:00:00')).toEqual(['2026-03-29T23:00:00.000Z']);
  });

  it.each([
    ['a day before', '2026-03-28T01:00:00', '2026-03-28T00:00:00.000Z'],
    ['the second before', '2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['the second after', '2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
    ['just within a day after', '2026-03-30T00:59:59', '2026-03-29T22:59:59.000Z'],
  ])('are that time and the change of the clock: %s', (_, wall, instant) => {
    expect(instants('Europe/Berlin', wall)).toEqual([instant, '2026-03-29T01:00:00.000Z']);
  });

  it('are the change alone where the clock is set forward over the time', () => {
    expect(instants('Europe/Berlin', '2026-03-29T02:30:00')).toEqual(['2026-03-29T01:00:00.000Z']);
  });

  it('are two, and the change, where the clock is set back over the time', () => {
    expect(instants('Europe/Berlin', '2026-10-25T02:30:00')).toEqual([
      ...['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T01:00:00.000Z'],
    ]);
  });
});
