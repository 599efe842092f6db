import type { Control } from '../core/signal/control-event.ts';
import { notifyOfControl, refuseEvent } from './refuse-event.ts';
import type { TriageDecision, TriageDeps } from './triage-deps.ts';

/**
 * Pauses healing, or resumes it. A control that has no effect is refused on record, and the architect is notified.
 *
 * @throws StoreUnavailable after notifying the architect; the control is then tried again
 */
export async function control(deps: TriageDeps, event: unknown, given: Control): Promise<TriageDecision> {
  const { command, reason, givenAtMs, untilMs } = given;
  const nowMs = deps.clock.nowMs();
  if (untilMs !== undefined && untilMs <= nowMs) {
    const detail = `the pause was to end at ${isoTime(untilMs)}, which is over (for: as in 2h, untilMs: milliseconds since 1970); healing is as it was before. Send it again with a later end, or without one`;
    return await refuseEvent(deps, event, { reason: 'EXPIRED', detail });
  }
  const pause = { reason, sinceMs: nowMs, ...(untilMs !== undefined && { untilMs }) };
  const outcome = await orNotify(deps, event, () =>
    deps.store.setPause(command === 'pause' ? pause : undefined, givenAtMs),
  );
  if (outcome === 'overtaken') {
    const other = command === 'pause' ? 'resume' : 'pause';
    const detail = `a ${other} of the same second or later came before this ${command} of ${isoTime(givenAtMs)}, and holds; send the ${command} again if it is still meant`;
    return await refuseEvent(deps, event, { reason: 'OVERTAKEN', detail });
  }
  const end = untilMs === undefined ? '' : ` until ${isoTime(untilMs)}`;
  return { decision: 'observe', detail: `${command}${end}: ${reason}` };
}

async function orNotify<Result>(
  deps: TriageDeps,
  event: unknown,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const { name, message } = error as Error;
    const detail = `it could not be written down so far (${name}: ${message}). It is tried again a few times; if the dead-letter alarm follows, send it again`;
    await notifyOfControl(deps, event, { reason: 'LIMITS_UNKNOWN', detail });
    throw error;
  }
}

function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}
