import type { CalendarState, CalendarStates } from '../../core/window/calendar-state.ts';
import type { Calendars } from '../../ports/calendars.ts';
import { ServiceError } from '../../ports/errors.ts';
import { type DenialDeps, notingPort } from '../denials.ts';

export interface LookUpCalendarsDeps {
  readonly calendars: Calendars;
}

/** As `lookUpCalendars`; a missing permission is noted. */
export async function readCalendars(
  deps: LookUpCalendarsDeps & DenialDeps,
  names: readonly string[],
): Promise<CalendarStates> {
  return await lookUpCalendars({ calendars: notingPort(deps, deps.calendars) }, names);
}

/** The states of calendars. One that cannot be read is unknown, and keeps closed what depends on it. */
export async function lookUpCalendars(
  { calendars }: LookUpCalendarsDeps,
  names: readonly string[],
): Promise<CalendarStates> {
  const states = await Promise.all(
    names.map(async (name) => [name, await stateOf(calendars, name)] as const),
  );
  return Object.fromEntries(states);
}

async function stateOf(calendars: Calendars, name: string): Promise<CalendarState> {
  try {
    return await calendars.state(name);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { state: 'UNKNOWN', problem: error.message };
  }
}
