import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../../functions/core/admission/decide-admission.ts';
import {
  calendarsInUse,
  decidingCalendars,
  windowRefusal,
} from '../../../../functions/core/admission/outside-window.ts';
import { matchingStrategies } from '../../../../functions/core/signal/match-strategy.ts';
import type { CalendarStates } from '../../../../functions/core/window/calendar-state.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

type Parts = NonNullable<Parameters<typeof configured>[0]>;

const HOUR_MS = 3_600_000;
/** NOON is 13:30 in UTC, on a Sunday. */
const hoursFrom = (from: string, to: string) => ({ open: [{ from, to }] });
const OPEN = hoursFrom('13:00', '14:00');
const FROM_15 = hoursFrom('15:00', '18:00');
const FROM_16 = hoursFrom('16:00', '20:00');

function decide(parts: Parts, severity: 'WARNING' | 'CRITICAL' = 'CRITICAL', calendars: CalendarStates = {}) {
  const configuration = configured(parts);
  const alert = { ...alertOf('web'), severity };
  const strategies = matchingStrategies(configuration.strategies, alert);
  const decision = decideAdmission({
    alert,
    strategies,
    configuration,
    limits: limitsWith(),
    nowMs: NOON,
    calendars,
  });
  return decision.decision === 'refuse' ? decision.refusal : decision.decision;
}

const inGroup = (fields: Readonly<Record<string, unknown>> = {}) => ({
  web: withMemoryAlarm({ group: 'front', ...fields }),
});

describe('a window', () => {
  it.each<readonly [string, Parts]>([
    ['the component', { windows: { w: FROM_15 }, components: { web: withMemoryAlarm({ window: 'w' }) } }],
    ['its group', { windows: { w: FROM_15 }, groups: { front: { window: 'w' } }, components: inGroup() }],
    ['the settings', { windows: { w: FROM_15 }, settings: { window: 'w' } }],
  ])('keeps an alert from being healed until it opens, if it limits %s', (_, parts) => {
    expect(decide(parts)).toEqual({
      reason: 'OUTSIDE_WINDOW',
      detail: 'window w is closed',
      eligibleAtMs: NOON + 1.5 * HOUR_MS,
    });
  });

  it('lets alerts through while it is open', () => {
    expect(decide({ windows: { w: OPEN }, settings: { window: 'w' } })).toBe('grant');
  });

  it('limits only what names it', () => {
    const groups = { front: {}, other: { window: 'w' } };
    expect(decide({ windows: { w: FROM_15 }, groups, components: inGroup() })).toBe('grant');
  });

  it('lets alerts through only while every other window is open, too', () => {
    const windows = { w: FROM_15, v: FROM_16 };
    const refusal = decide({
      windows,
      settings: { window: 'w' },
      groups: { front: { window: 'v' } },
      components: inGroup(),
    });
    expect(refusal).toMatchObject({ reason: 'OUTSIDE_WINDOW', eligibleAtMs: NOON + 2.5 * HOUR_MS });
  });

  it('names no time if it is never open together with another', () => {
    const windows = { w: FROM_15, v: hoursFrom('08:00', '09:00') };
    const refusal = decide({
      windows,
      settings: { window: 'w' },
      groups: { front: { window: 'v' } },
      components: inGroup(),
    });
    expect(refusal).toStrictEqual({ reason: 'OUTSIDE_WINDOW', detail: 'window w is closed' });
  });

  it('names no time if it stays closed for longer than can be foreseen', () => {
    const closed = [{ from: '2026-01-01', to: '2099-12-31' }];
    expect(decide({ windows: { w: { closed } }, settings: { window: 'w' } })).toStrictEqual({
      ...{ reason: 'OUTSIDE_WINDOW', detail: 'window w is closed' },
    });
  });

  it('limits what is not configured as well, if it limits everything', () => {
    const configuration = configured({ windows: { w: FROM_15 }, settings: { window: 'w' } });
    const refusal = windowRefusal('gone', 'CRITICAL', { configuration, fleet: {}, calendars: {} }, NOON);
    expect(refusal).toMatchObject({ reason: 'OUTSIDE_WINDOW', detail: 'window w is closed' });
  });

  it('lets through the severities that it exempts, and no other', () => {
    const parts = { windows: { w: { ...FROM_15, exempt: ['CRITICAL'] } }, settings: { window: 'w' } };
    expect(decide(parts, 'CRITICAL')).toBe('grant');
    expect(decide(parts, 'WARNING')).toMatchObject({ reason: 'OUTSIDE_WINDOW' });
  });

  it('says why a day is closed', () => {
    const closed = [{ from: '2026-11-22', reason: 'stocktaking' }];
    expect(decide({ windows: { w: { closed } }, settings: { window: 'w' } })).toEqual({
      reason: 'OUTSIDE_WINDOW',
      detail: 'window w is closed: stocktaking',
      eligibleAtMs: Date.parse('2026-11-23T00:00:00Z'),
    });
  });
});

describe('a window with a change calendar', () => {
  const withCalendar = (fields: Readonly<Record<string, unknown>> = {}): Parts => ({
    windows: { w: { calendars: ['releases'], ...fields } },
    settings: { window: 'w' },
  });

  it('lets alerts through while the calendar is open', () => {
    expect(decide(withCalendar(), 'CRITICAL', { releases: { state: 'OPEN' } })).toBe('grant');
  });

  it('opens only once both the calendar and its own hours are open', () => {
    const releases = { state: 'CLOSED', opensAtMs: NOON + 600_000 } as const;
    expect(decide(withCalendar(), 'CRITICAL', { releases })).toEqual({
      reason: 'OUTSIDE_WINDOW',
      detail: 'window w is closed by calendar releases',
      eligibleAtMs: NOON + 600_000,
    });
    expect(
      decide(withCalendar(OPEN), 'CRITICAL', { releases: { ...releases, opensAtMs: NOON + HOUR_MS } }),
    ).toMatchObject({
      eligibleAtMs: Date.parse('2026-11-23T13:00:00Z'),
    });
  });

  it('names no time if nobody has planned when the calendar opens', () => {
    expect(decide(withCalendar(), 'CRITICAL', { releases: { state: 'CLOSED' } })).toEqual({
      reason: 'OUTSIDE_WINDOW',
      detail: 'window w is closed by calendar releases',
    });
  });

  it('stays closed while the calendar cannot be read', () => {
    const releases = { state: 'UNKNOWN', problem: 'throttled' } as const;
    expect(decide(withCalendar(), 'CRITICAL', { releases })).toEqual({
      reason: 'OUTSIDE_WINDOW',
      detail: 'window w: calendar releases could not be read: throttled',
    });
    expect(decide(withCalendar())).toStrictEqual({
      reason: 'OUTSIDE_WINDOW',
      detail: 'window w: calendar releases could not be read: it was not read',
    });
  });

  it.each<readonly [string, CalendarStates, number | undefined]>([
    ['an open calendar', { releases: { state: 'OPEN' } }, NOON + 1.5 * HOUR_MS],
    ['one that nobody had to read', {}, NOON + 1.5 * HOUR_MS],
    ['one that could not be read', { releases: { state: 'UNKNOWN', problem: 'throttled' } }, undefined],
  ])('is eligible beside closed hours, with %s', (_, calendars, eligibleAtMs) => {
    const parts = {
      windows: { hours: FROM_15, w: { calendars: ['releases'] } },
      settings: { window: 'hours' },
      components: { web: withMemoryAlarm({ window: 'w' }) },
    };
    expect(decide(parts, 'CRITICAL', calendars)).toEqual({
      ...{ reason: 'OUTSIDE_WINDOW', detail: 'window hours is closed' },
      ...(eligibleAtMs !== undefined && { eligibleAtMs }),
    });
  });

  it('opens outside the hours of another window while a person holds that one open', () => {
    const parts = {
      windows: { hours: FROM_15, w: { calendars: ['releases'] } },
      settings: { window: 'hours' },
      components: { web: withMemoryAlarm({ window: 'w' }) },
    };
    const configuration = configured(parts);
    const open = { givenAtMs: NOON, setting: { reason: 'incident', sinceMs: NOON } };
    const fleet = { windowOpenings: { hours: open } };
    const states = (names: readonly string[]): CalendarStates =>
      Object.fromEntries(names.map((name) => [name, { state: 'OPEN' }]));
    const calendars = states(decidingCalendars('web', 'CRITICAL', configuration, NOON));
    expect(windowRefusal('web', 'CRITICAL', { configuration, fleet, calendars }, NOON)).toBeUndefined();
  });

  it('reads the calendar only when its state could change the decision', () => {
    const asked = (parts: Parts) => decidingCalendars('web', 'CRITICAL', configured(parts), NOON);
    expect(asked(withCalendar())).toEqual(['releases']);
    expect(asked(withCalendar(FROM_15))).toEqual([]);
    expect(asked(withCalendar({ exempt: ['CRITICAL'] }))).toEqual([]);
    expect(asked({})).toEqual([]);
  });

  it('needs permission only for calendars that limit a component', () => {
    const idle = { windows: { w: { calendars: ['releases'] } } };
    expect(calendarsInUse(configured(idle))).toEqual([]);
    expect(calendarsInUse(configured(withCalendar()))).toEqual(['releases']);
    expect(calendarsInUse(configured(withCalendar({ calendars: ['tests', 'releases'] })))).toEqual([
      'releases',
      'tests',
    ]);
  });
});
