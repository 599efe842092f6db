import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first calendar: most configurations name none. */
export const seldomCalendars: PortBuilder<'calendars'> = () => ({
  state: async (calendar) => await (await import('./calendars.ts')).calendars.state(calendar),
});
