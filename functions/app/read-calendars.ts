import type { CalendarState, CalendarStates } from '../core/window/calendar-state.ts';
import type { Calendars } from '../ports/calendars.ts';
import { ServiceError } from '../ports/errors.ts';
import { type DenialDeps, notingDenials } from './denials.ts';

export interface ReadCalendarsDeps extends DenialDeps {
  readonly calendars: Calendars;
}

/** The states of calendars. One that cannot be read is unknown, and keeps closed what depends on it. */
export async function readCalendars(
  deps: ReadCalendarsDeps,
  names: readonly string[],
): Promise<CalendarStates> {
  const states = await Promise.all(names.map(async (name) => [name, await stateOf(deps, name)] as const));
  return Object.fromEntries(states);
}

async function stateOf(deps: ReadCalendarsDeps, name: string): Promise<CalendarState> {
  try {
    return await notingDenials(deps, () => deps.calendars.state(name));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { state: 'UNKNOWN', problem: error.message };
  }
}
