import * as z from 'zod/mini';
import { lazily } from '../lazily.ts';
import { timeProblem } from './parse-time.ts';
import type { ParsedSignal } from './parsed-signal.ts';

/**
 * How long a change of an alarm's state says something about now. After that, the reconciler hands an alarm that is
 * still red back to triage; an older event was replayed from an archive or a dead-letter queue, and the alarm may be OK
 * by now.
 */
export const ALARM_EVENT_MAXIMUM_AGE_MINUTES = 60;

const isoTime = lazily(() => z.iso.datetime({ offset: true }));

/** CloudWatch writes `2026-11-22T13:00:00.000+0000`, an offset that ISO 8601's extended form doesn't have. */
function alarmTimestampMs(text: string): number | undefined {
  const time = isoTime().safeParse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return time.success ? Date.parse(time.data) : undefined;
}

/** When an alarm changed its state, or what is wrong with the time in its event. @param nowMs epoch milliseconds */
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

/** What to do with an event that comes too late; `undefined` if it does not. Times are epoch milliseconds. */
export function expired(
  alarmName: string,
  component: string,
  occurredAtMs: number,
  nowMs: number,
): ParsedSignal | undefined {
  if (nowMs - occurredAtMs <= ALARM_EVENT_MAXIMUM_AGE_MINUTES * 60_000) return undefined;
  const detail = `alarm ${alarmName} changed its state at ${new Date(occurredAtMs).toISOString()}, more than ${ALARM_EVENT_MAXIMUM_AGE_MINUTES} minutes ago, so it says nothing about the present; if it is still red, the reconciler asks for its repair`;
  return { kind: 'withheld', why: 'EXPIRED', component, detail };
}
