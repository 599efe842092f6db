const MINUTE_MS = 60_000;

/**
 * When the round under way at a moment began. Rounds begin at whole multiples of the interval since 1970, so that
 * whoever looks at the clock knows which round it is, however often or late it was started.
 */
export function roundAt(nowMs: number, intervalMs: number): number {
  return Math.floor(nowMs / intervalMs) * intervalMs;
}

/**
 * The round to run next in an invocation, which runs those that begin in its minute: first the one under way, then
 * each later one in turn. Those that passed while another took too long are left out.
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
  const endMs = roundAt(startedAtMs, MINUTE_MS) + MINUTE_MS;
  return next < endMs ? next : undefined;
}
