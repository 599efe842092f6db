/** From inclusive, to exclusive; epoch milliseconds. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** An alarm goes off minutes after its fault has begun. */
const LEAD_MS = 10 * 60_000;
const WINDOW_AT_MOST_MS = 60 * 60_000;

/** The hour before the onset, and until the alert: what may have caused it. */
export function beforeAlert(alertedAtMs: number): TimeRange {
  return { fromMs: alertedAtMs - LEAD_MS - WINDOW_AT_MOST_MS, toMs: alertedAtMs };
}

/** The time since the onset, an hour of it at most, and as long a time before. */
export function onsetWindows(
  alertedAtMs: number,
  nowMs: number,
): { readonly before: TimeRange; readonly since: TimeRange } {
  const onsetMs = alertedAtMs - LEAD_MS;
  const lengthMs = Math.min(Math.max(nowMs - onsetMs, LEAD_MS), WINDOW_AT_MOST_MS);
  return {
    before: { fromMs: onsetMs - lengthMs, toMs: onsetMs },
    since: { fromMs: onsetMs, toMs: onsetMs + lengthMs },
  };
}
