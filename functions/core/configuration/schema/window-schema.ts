import * as z from 'zod';
import { isTimeZone } from '../../window/wall-clock.ts';
import { WEEKDAYS } from '../../window/weekdays.ts';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, {
  error: 'a time of day from 00:00 to 23:59, such as 22:30',
});

const endOfRange = z.string().regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, {
  error: 'a time of day from 00:00 to 24:00, such as 06:00',
});

const date = z.iso.date({ error: 'a date such as 2026-12-24' });

const hours = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([...WEEKDAYS])
    .describe('The days on which the hours begin.'),
  from: timeOfDay.describe('When healing may begin, by the wall clock.'),
  to: endOfRange.describe('When it may no longer begin. Not later than `from`: on the next day.'),
});

const closedDays = z
  .strictObject({
    from: date.describe('The first day.'),
    to: date.optional().describe('The last day. Default: the first.'),
    reason: z.string().min(1).max(200).optional().describe('Why, for people. Default: none.'),
  })
  .refine(({ from, to = from }) => from <= to, {
    path: ['to'],
    error: 'a day that is not before `from`',
    params: { code: 'dates-reversed' },
  });

const calendar = z
  .string()
  .regex(
    /^([A-Za-z0-9_.-]{3,128}|arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:document\/[A-Za-z0-9_.-]{3,128})$/,
    { error: 'the name of a change calendar of this account and Region, or the ARN of a shared one' },
  );

/** When components may be healed. */
export const window = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, {
      error: 'an IANA time zone, such as Europe/Berlin or UTC',
      params: { code: 'unknown-time-zone' },
    })
    .default('UTC')
    .describe('The time zone of all times and dates, with its daylight saving time.'),
  open: z
    .array(hours)
    .min(1)
    .max(50)
    .optional()
    .describe('The hours in which operations may begin. Default: all.'),
  closed: z
    .array(closedDays)
    .max(100)
    .default([])
    .describe('Whole days on which no operation may begin: freezes.'),
  calendars: z
    .array(calendar)
    .max(10)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe(
      'Change calendars of Systems Manager that must be open too. One that cannot be read counts as closed.',
    ),
  exempt: z
    .array(z.enum(['WARNING', 'CRITICAL']))
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe('Urgent severities, whose alerts are healed even while the window is closed.'),
});

export type Window = z.output<typeof window>;
