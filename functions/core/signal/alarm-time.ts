import { timeProblem } from './parse-time.ts';

/** CloudWatch writes `2026-11-22T13:00:00.000+0000`, an offset that ISO 8601's extended form doesn't have. */
function alarmTimestampMs(text: string): number | undefined {
  const milliseconds = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** When an alarm changed its state, or what is wrong with the time that its event gives. @param nowMs epoch milliseconds */
export function alarmTime(
  timestamp: string,
  nowMs: number,
): { readonly occurredAtMs: number } | { readonly problem: string } {
  const occurredAtMs = alarmTimestampMs(timestamp);
  if (occurredAtMs === undefined)
    return { problem: `state.timestamp ${JSON.stringify(timestamp)} is not a time` };
  const problem = timeProblem('state.timestamp', occurredAtMs, nowMs);
  return problem === undefined ? { occurredAtMs } : { problem };
}
