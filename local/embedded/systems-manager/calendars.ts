import type { Calendars } from '../../../functions/ports/calendars.ts';
import { NotFound } from '../../../functions/ports/errors.ts';

/** An account without change calendars. */
export const NO_CALENDARS: Calendars = {
  state: async (calendar) => {
    throw new NotFound(`there is no document ${calendar}`, { call: 'ssm:GetCalendarState' });
  },
};
