const MINUTE_MS = 60_000;

/** The fewest minutes without a round before a watchdog counts as silent. Rounds can be seconds apart; a start takes a minute. */
const FEWEST_SILENT_MINUTES = 3;

/** Whole intervals without a round before a watchdog counts as silent. */
const SILENT_INTERVALS = 2;

/**
 * When the round under way at a moment began. Rounds begin at whole multiples of the interval since 1970, so that the
 * clock alone says which round it is, however often or late a function was started.
 */
export function roundAt(nowMs: number, intervalMs: number): number {
  return Math.floor(nowMs / intervalMs) * intervalMs;
}

/**
 * The round to run next in an invocation: first the one under way, then each that begins within a minute of its start,
 * in turn. Schedules start at any second of a minute, and at the same one the minute after: counted to the end of the
 * clock's minute, the rounds before that second would be left out. Rounds that passed while another took too long are
 * skipped.
 *
 * @param lastMs the round that this invocation ran last, if any
 * @param startedAtMs when the invocation began
 */
export function nextRound(
  nowMs: number,
  intervalMs: number,
  startedAtMs: number,
  lastMs: number | undefined,
): number | undefined {
  const current = roundAt(nowMs, intervalMs);
  const next = lastMs === undefined ? current : Math.max(current, lastMs + intervalMs);
  return next < startedAtMs + MINUTE_MS ? next : undefined;
}

/** Whether the watchdog has stopped, for all that its last round says. */
export function isSilent(lastRoundAtMs: number, intervalMs: number, nowMs: number): boolean {
  return (
    nowMs - lastRoundAtMs >
    Math.max(FEWEST_SILENT_MINUTES * MINUTE_MS, SILENT_INTERVALS * intervalMs + MINUTE_MS)
  );
}
