import type { CalendarState } from '../core/window/calendar-state.ts';

/** The change calendars of Systems Manager. */
export interface Calendars {
  /**
   * Whether a calendar allows changes now.
   *
   * @param calendar its name, or the ARN of one that another account shares
   * @throws ServiceError
   */
  readonly state: (calendar: string) => Promise<Exclude<CalendarState, { readonly state: 'UNKNOWN' }>>;
}
