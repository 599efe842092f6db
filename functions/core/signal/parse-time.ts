const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Dead letters are kept for 14 days at most: an older event was not delivered late, but has a wrong date. */
const MAXIMUM_AGE_MS = 14 * DAY_MS;
/** More than any synchronised clock is ahead. */
const MAXIMUM_LEAD_MS = 15 * MINUTE_MS;

/**
 * What is wrong with the time in an event; `undefined` if it is plausible. Senders may date their events, and records
 * sort, count and expire by that time.
 *
 * @param field the field's name in the event, for the message
 */
export function timeProblem(field: string, timeMs: number, nowMs: number): string | undefined {
  return ageProblem(field, timeMs, nowMs) ?? leadProblem(field, timeMs, nowMs);
}

/** Like timeProblem, for times that may be in the future. */
export function ageProblem(field: string, timeMs: number, nowMs: number): string | undefined {
  if (timeMs >= nowMs - MAXIMUM_AGE_MS) return undefined;
  return `${field} ${isoTime(timeMs)} is more than ${MAXIMUM_AGE_MS / DAY_MS} days ago; correct the sender’s clock`;
}

function leadProblem(field: string, timeMs: number, nowMs: number): string | undefined {
  if (timeMs <= nowMs + MAXIMUM_LEAD_MS) return undefined;
  return `${field} ${isoTime(timeMs)} is more than ${MAXIMUM_LEAD_MS / MINUTE_MS} minutes from now; correct the sender’s clock`;
}

function isoTime(timeMs: number): string {
  return Number.isNaN(timeMs) ? '(not a time)' : new Date(timeMs).toISOString();
}
