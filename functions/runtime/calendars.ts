import { createCalendars } from '../adapters/ssm/calendars.ts';
import { ssmClient } from './clients.ts';

export const calendars = createCalendars(ssmClient());
