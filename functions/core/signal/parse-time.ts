const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Dead letters are kept for 14 days at most: what is older was not delivered late, it is dated wrongly. */
const MAXIMUM_AGE_MS = 14 * DAY_MS;
/** More than any clock that is kept right is ahead. */
const MAXIMUM_LEAD_MS = 15 * MINUTE_MS;

/**
 * What is wrong with the time that an event gives; `undefined` if it may be true. Whoever sends an event may date it, and
 * records sort, count and expire by it.
 *
 * @param field what the event calls it, for the message
 */
export function timeProblem(field: string, timeMs: number, nowMs: number): string | undefined {
  return ageProblem(field, timeMs, nowMs) ?? leadProblem(field, timeMs, nowMs);
}

/** As timeProblem, for what may be from the future. */
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
