import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first calendar: most configurations name none. */
export const lazyCalendars: PortBuilder<'calendars'> = () =>
  lazyPort(async () => (await import('./calendars.ts')).calendars);
