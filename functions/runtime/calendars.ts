import { createCalendars } from '../adapters/ssm/calendars.ts';
import { ssmClient } from './ssm-clients.ts';

export const calendars = createCalendars(ssmClient());
