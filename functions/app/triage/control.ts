import type { Pause } from '../../core/admission/records.ts';
import { type Control, SETS } from '../../core/signal/control-event.ts';
import type { ControlOutcome } from '../../ports/operation-store.ts';
import { notifyOfControl, refuseEvent } from './refuse-event.ts';
import type { TriageDecision, TriageDeps } from './triage-deps.ts';

/**
 * Pauses healing, or resumes it, for all components or for a part of them. A control that has no effect is refused on
 * record, and the architect is notified.
 *
 * @throws StoreUnavailable after notifying the architect; the control is then tried again
 */
export async function control(deps: TriageDeps, event: unknown, given: Control): Promise<TriageDecision> {
  const { command, scope, reason, givenAtMs, untilMs } = given;
  const nowMs = deps.clock.nowMs();
  if (untilMs !== undefined && untilMs <= nowMs) {
    const detail = `the ${command} was to end at ${isoTime(untilMs)}, which has passed. Healing is as before. Send it again with a later for (a duration such as 2h) or untilMs (milliseconds since 1970), or without one`;
    return await refuseEvent(deps, event, { reason: 'EXPIRED', detail });
  }
  const outcome = await notifyOnFailure(deps, event, () => take(deps, given, nowMs));
  if (outcome === 'overtaken') {
    const detail = `${OPPOSITES[command]} of the same second or later overrides this ${command} of ${isoTime(givenAtMs)}; send the ${command} again if you still want it`;
    return await refuseEvent(deps, event, { reason: 'OVERTAKEN', detail });
  }
  const about = scope === undefined ? '' : ` ${scope.kind} ${scope.name}`;
  const end = untilMs === undefined ? '' : ` until ${isoTime(untilMs)}`;
  return { decision: 'observe', detail: `${command}${about}${end}: ${reason}` };
}

const OPPOSITES: Readonly<Record<Control['command'], string>> = {
  pause: 'a resume',
  resume: 'a pause',
  exclude: 'an include',
  include: 'an exclude',
  open_window: 'a close_window',
  close_window: 'an open_window',
};

async function take(
  { store }: TriageDeps,
  { command, scope, reason, givenAtMs, untilMs }: Control,
  nowMs: number,
): Promise<ControlOutcome> {
  const setting: Pause = { reason, sinceMs: nowMs, ...(untilMs !== undefined && { untilMs }) };
  const isSet = SETS[command];
  if (scope === undefined) return await store.setPause(isSet ? setting : undefined, givenAtMs);
  return await store.setOverride(scope, { givenAtMs, ...(isSet && { setting }) });
}

async function notifyOnFailure<Result>(
  deps: TriageDeps,
  event: unknown,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const { name, message } = error as Error;
    const detail = `it could not be recorded so far (${name}: ${message}). It is tried again a few times; if the dead-letter alarm follows, send it again`;
    await notifyOfControl(deps, event, { reason: 'LIMITS_UNKNOWN', detail });
    throw error;
  }
}

function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}
