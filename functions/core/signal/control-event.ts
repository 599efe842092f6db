import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import { lazily } from '../lazily.ts';
import { textForPeople } from './event-values.ts';

const DAY_SECONDS = 86_400;

/** `detail` of a `Selfheal Control`. */
export const selfhealControl = lazily(() =>
  z.discriminatedUnion(
    'command',
    [
      z
        .strictObject({
          command: z.literal('pause'),
          reason: textForPeople(),
          for: z.exactOptional(durationSeconds({ min: 60, max: 30 * DAY_SECONDS })),
          untilMs: z.exactOptional(
            z.int({ error: 'a whole number of milliseconds since 1970, without quotes' }).check(z.minimum(0)),
          ),
        })
        .check(
          z.refine((pause) => pause.for === undefined || pause.untilMs === undefined, {
            error: '`for` and `untilMs` exclude each other; leave one of them out',
          }),
        ),
      z.strictObject({ command: z.literal('resume'), reason: textForPeople() }),
    ],
    { error: 'pause or resume' },
  ),
);

export const CONTROL_FIELDS = ['command', 'reason', 'for', 'untilMs'] as const;

/** A control that could be read. */
export interface Control {
  readonly command: 'pause' | 'resume';
  readonly reason: string;
  readonly givenAtMs: number;
  /** When the pause ends by itself; without it, a resume ends it. */
  readonly untilMs?: number;
}

/** @param givenAtMs when the control was given, epoch milliseconds */
export function controlOf(detail: z.output<ReturnType<typeof selfhealControl>>, givenAtMs: number): Control {
  const { command } = detail;
  const reason = detail.reason === '' ? 'no reason given' : detail.reason;
  if (command === 'resume') return { command, reason, givenAtMs };
  const untilMs = detail.for === undefined ? detail.untilMs : givenAtMs + detail.for * 1_000;
  return { command, reason, givenAtMs, ...(untilMs !== undefined && { untilMs }) };
}
